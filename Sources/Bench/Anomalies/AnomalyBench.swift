/// Detectors on made-up series with known anomalies, against rules of thumb.
enum AnomalyBench {
    private static let seeds = 1...200

    /// Prints the table; whether every goal is met.
    static func run() -> Bool {
        print("\(seeds.count) series of each kind, 100 days judged, the same minimums (20 in money, 10 %) for all.")
        print(
            "An alert is a run of days; an event counts as found within a week; days to detect count from its first day.\n"
        )
        let table = AnomalyTable(seeds: seeds)
        print(row("", AnomalyWatcher.allCases.map(\.name)))
        for kind in AnomalyScenario.Kind.allCases.map(Optional.some) + [nil] {
            let scores = AnomalyWatcher.allCases.map { table.score($0, kind) }
            print("\n\(kind?.rawValue ?? "all together")")
            if kind?.hasEvent ?? true {
                print(row("  recall", scores.map { fixed($0.recall, 3) }))
                print(row("  precision", scores.map { fixed($0.precision, 3) }))
                print(row("  days to detect", scores.map { fixed($0.meanDelay, 2) }))
            }
            print(row("  false alerts a year", scores.map { fixed($0.falseAlertsPerYear, 2) }))
        }
        print("")
        return table.goals.reduce(true) { isMet, goal in
            print("\(goal.isMet ? "met   " : "MISSED") \(goal.text): \(fixed(goal.value, 3))")
            return isMet && goal.isMet
        }
    }

    private static func row(_ title: String, _ cells: [String]) -> String {
        title.padded(to: 22) + cells.map { String(repeating: " ", count: max(1, 21 - $0.count)) + $0 }.joined()
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "-" }
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((value.magnitude * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        return (value < 0 ? "-" : "") + "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count)
            + fraction
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
