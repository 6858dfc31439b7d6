/// Polling in virtual time: how soon a completed query is discovered, and at what cost.
enum ScheduleBench {
    /// Prints the comparisons; whether every goal is met.
    static func run() -> Bool {
        print("Queries submitted at once, 50 status calls in any 60 s, 30 seeds. Seconds.")
        let known = ScheduleComparison(seeds: 30, count: 50, Workload.known)
        show("50 queries of five kinds with a history", known)
        let unknown = ScheduleComparison(seeds: 30, count: 50, Workload.unknown)
        show("50 queries nothing is known of", unknown)
        for count in [10, 4, 1] {
            show("\(count) with a history", ScheduleComparison(seeds: 30, count: count, Workload.known))
            show("\(count) nothing is known of", ScheduleComparison(seeds: 30, count: count, Workload.unknown))
        }
        print("")
        let goals = [
            goal("with a history: delay at most half of the better rival's", known.delayRatio, atMost: 0.5),
            goal("with a history: makespan within 5 % of the oracle's", known.makespanRatio, atMost: 1.05),
            goal("without: delay no worse than the better rival's", unknown.delayRatio, atMost: 1),
            goal("without: fewer calls than either rival", unknown.callRatio, atMost: 0.999),
        ]
        return goals.allSatisfy(\.self)
    }

    private static func show(_ title: String, _ comparison: ScheduleComparison) {
        print("\n\(title)")
        print("                         mean delay   calls  makespan")
        let rows = [
            ("finlua", comparison.policy), ("(a) each every 5 s", comparison.steady),
            ("(b) round robin", comparison.roundRobin), ("(c) oracle", comparison.oracle),
        ]
        for (name, outcome) in rows {
            print(
                "  " + name.padded(20) + fixed(outcome.delay, 2, 13) + fixed(outcome.calls, 1, 8)
                    + fixed(outcome.makespan, 1, 10))
        }
        print(
            "  delay \(fixed(comparison.delayRatio, 2)) of the better of (a) and (b), makespan \(fixed(comparison.makespanRatio, 3)) of (c)"
        )
    }

    private static func goal(_ text: String, _ value: Double, atMost limit: Double) -> Bool {
        let isMet = value <= limit
        print("\(isMet ? "met   " : "MISSED") \(text): \(fixed(value, 3))")
        return isMet
    }

    private static func fixed(_ value: Double, _ digits: Int, _ width: Int = 0) -> String {
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((value * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        let text = "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
