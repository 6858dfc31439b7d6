import Glibc

/// Measures what finlua promises. `./scripts/bench` runs it.
@main
struct Bench {
    static func main() {
        switch Array(CommandLine.arguments.dropFirst()) {
        case ["schedule"]: exit(ScheduleBench.run() ? 0 : 1)
        default:
            print("usage: bench schedule")
            exit(2)
        }
    }
}
