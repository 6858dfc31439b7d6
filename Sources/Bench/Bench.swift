import Glibc

/// Measures what finlua promises. `./scripts/bench` runs it.
@main
struct Bench {
    static func main() {
        switch Array(CommandLine.arguments.dropFirst()) {
        case ["schedule"]: exit(ScheduleBench.run() ? 0 : 1)
        case ["anomalies"]: exit(AnomalyBench.run() ? 0 : 1)
        case ["money"]: exit(MoneyBench.run() ? 0 : 1)
        case ["endless-scripts"]: print(EndlessScript.listing, terminator: "")
        default:
            print("usage: bench schedule | anomalies | money | endless-scripts")
            exit(2)
        }
    }
}
