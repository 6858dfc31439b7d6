import Finout
import HostLoop
import RowDecoder
import RunLimits
import ScriptAPI
import Wording

/// One line that says what a run took.
struct RunSummary {
    let run: String
    let statistics: ClientStatistics
    let took: Duration
    let meter: RunMeter
    /// What the exports changed.
    var changes: [OutputChanges] = []

    /// `1,234 rows, 3 queries, 12 requests, 2 retries in 14.2 s; its tasks waited 30 s for the status limit, 12 s for a place
    /// among the running queries; run …`
    var text: String {
        let queries = statistics.submissions + statistics.resumed
        var parts = [
            Self.plural(statistics.rows, "row"),
            Self.plural(queries, "query", "queries")
                + (statistics.resumed > 0 ? " (\(statistics.resumed) submitted before)" : ""),
            Self.plural(statistics.requests.values.reduce(0, +), "request"),
        ]
        let retries = statistics.retries.values.reduce(0, +)
        if retries > 0 { parts.append(Self.plural(retries, "retry", "retries")) }
        var text = parts.joined(separator: ", ") + " in \(Quantity.text(took))"
        if !waits.isEmpty {
            text += "; its tasks waited "
            text += waits.map { "\(Quantity.text($0.time)) for \(Self.named($0.limit))" }.joined(separator: ", ")
        }
        if meter.share(of: meter.nearest) >= Self.notable {
            let limit = meter.nearest
            text += "; used \(limit.text(meter.peak(limit))) of its "
            text += "\(limit.noun) of \(limit.text(meter.limits[limit].value))"
        }
        for change in changes { text += "; \(change.path): \(change.text)" }
        return text + "; run \(run)"
    }

    /// The share of a limit, in hundredths, from which on it is worth a word.
    private static let notable = 50

    /// The same for a machine.
    func line(at time: Moment) -> LogLine {
        let numbers = [
            ("rows", statistics.rows), ("queries", statistics.submissions + statistics.resumed),
            ("requests", statistics.requests.values.reduce(0, +)), ("retries", statistics.retries.values.reduce(0, +)),
        ]
        var fields = numbers.map { (name: $0.0, value: LogLine.Value.literal("\($0.1)")) }
        fields.append(("seconds", .literal(JSONValue.seconds(took).line)))
        let waited = JSONValue.record(waits.map { ($0.limit, .seconds($0.time)) })
        fields.append(("waits", .literal(waited.line)))
        fields.append(("limits", .literal(meter.json.line)))
        if !changes.isEmpty { fields.append(("changes", .literal("[\(changes.map(\.json).joined(separator: ","))]"))) }
        fields.append(("run", .text(run)))
        return LogLine(level: .info, message: "run ended", fields: fields, time: time)
    }

    /// The waits worth a word, the longest first; those of tasks that wait at the same time add up.
    private var waits: [(limit: String, time: Duration)] {
        statistics.waits.filter { $0.value >= .milliseconds(50) }
            .map { ($0.key, $0.value) }
            .sorted { ($1.time, $0.limit) < ($0.time, $1.limit) }
    }

    static func named(_ limit: String) -> String {
        switch limit {
        case AccountLimiter.inFlight: "a place in flight"
        case AccountLimiter.running: "a place among the running queries"
        case "circuit": "the service, which kept failing"
        default: "the \(limit) limit"
        }
    }

    private static func plural(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count.grouped) \(count == 1 ? one : many ?? one + "s")"
    }
}
