extension SimulatorReport: CustomStringConvertible {
    /// The report as lines of text.
    public var description: String {
        var lines: [String] = []
        for route in SimulatorRoute.allCases {
            guard let count = requests[route] else { continue }
            lines.append("\(route.rawValue): \(count) requests, at most \(peakInWindow[route] ?? 0) in any window")
        }
        if unknownRequests > 0 { lines.append("unknown routes: \(unknownRequests) requests") }
        lines.append("submissions: \(submissions), at most \(peakRunning) running; \(rowsServed) rows served")
        lines.append("requests at the same time: at most \(peakInFlight)")
        for violation in SimulatorViolation.allCases {
            if let count = violations[violation] { lines.append("violation \(violation.rawValue): \(count)") }
        }
        for (fault, count) in faults.sorted(by: { $0.key < $1.key }) { lines.append("fault \(fault): met \(count)") }
        return lines.joined(separator: "\n")
    }
}
