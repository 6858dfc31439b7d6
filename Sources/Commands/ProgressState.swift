import HostLoop
import Wording

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
                "\(rows.grouped) rows"
                    + (seconds >= 1 ? " (\(Int(Double(rows) / seconds).grouped) a second)" : ""))
        }
        if let waiting {
            let until = waiting.until.map { " until \(Quantity.clock($0))" } ?? ""
            parts.append("waiting for \(waiting.limiter)\(until)")
        }
        return String(parts.joined(separator: " · ").prefix(max(width - 1, 0)))
    }
}
