import HostLoop

/// What a run is doing, as a person at a terminal sees it.
struct ProgressState: Sendable {
    let started: Moment
    /// API queries submitted and not yet finished.
    var running = 0
    var finished = 0
    var rows = 0
    /// The limiter that holds the run back, and until when, if it knows.
    var waiting: (limiter: String, until: Moment?)?

    init(started: Moment) { self.started = started }

    /// One line of at most `width` characters; empty while there is nothing to say.
    func line(at now: Moment, width: Int) -> String {
        var parts: [String] = []
        if running + finished > 0 {
            parts.append("\(finished) of \(running + finished) \(running + finished == 1 ? "query" : "queries") done")
        }
        if rows > 0 {
            let elapsed = now - started
            let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
            parts.append(
                "\(Self.grouped(rows)) rows"
                    + (seconds >= 1 ? " (\(Self.grouped(Int(Double(rows) / seconds))) a second)" : ""))
        }
        if let waiting {
            let until = waiting.until.map { " until \(Self.clock($0))" } ?? ""
            parts.append("waiting for \(waiting.limiter)\(until)")
        }
        return String(parts.joined(separator: " · ").prefix(max(width - 1, 0)))
    }

    /// `1,234,567`
    static func grouped(_ number: Int) -> String {
        var text = String(number.magnitude)
        var index = text.count - 3
        while index > 0 {
            text.insert(",", at: text.index(text.startIndex, offsetBy: index))
            index -= 3
        }
        return number < 0 ? "-" + text : text
    }

    /// `07:01:20Z`
    private static func clock(_ moment: Moment) -> Substring {
        moment.description.dropFirst(11)
    }
}
