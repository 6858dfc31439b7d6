import Finout
import HostLoop
import ScriptAPI

/// How much is logged on stderr, and in what form.
package struct LogSettings: Sendable, Equatable {
    var format = LogLine.Format.text
    var level = LogLine.Level.info

    init() {}

    /// Reads `text`, `json`, a level, or a form and a level with a comma between them.
    package init(parsing text: String, origin: String) throws(UsageError) {
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            if let format = LogLine.Format(rawValue: String(word)) {
                self.format = format
            } else if let level = LogLine.Level(rawValue: String(word)) {
                self.level = level
            } else {
                throw .unknown(
                    "value of \(origin)", "\"\(word)\"",
                    among: ["text", "json"] + LogLine.Level.allCases.map(\.rawValue))
            }
        }
    }
}

extension LogLine {
    /// What the log says of something the client did; nil where it says nothing.
    init?(_ event: ClientEvent, at time: Moment) {
        switch event {
        case .submitted(let query, let window):
            self.init(
                level: .debug, message: "query submitted",
                fields: [("query", .text(query)), ("window", .text("\(window)"))], time: time)
        case .resumed(let query, let window):
            self.init(
                level: .debug, message: "query of an earlier attempt used",
                fields: [("query", .text(query)), ("window", .text("\(window)"))], time: time)
        case .polled(let query, let status):
            self.init(
                level: .debug, message: "query polled", fields: [("query", .text(query)), ("status", .text(status))],
                time: time)
        case .completed(let query, let rows):
            self.init(
                level: .debug, message: "query completed",
                fields: [("query", .text(query))] + (rows.map { [("rows", .literal("\($0)"))] } ?? []), time: time)
        case .split(let window, let rows, let parts):
            self.init(
                level: .debug, message: "window holds more rows than a query gives, asking again in parts",
                fields: [
                    ("window", .text("\(window)")), ("rows", .literal("\(rows)")), ("parts", .literal("\(parts)")),
                ],
                time: time)
        case .page(let query, let rows, let read, _):
            self.init(
                level: .debug, message: "page read",
                fields: [("query", .text(query)), ("rows", .literal("\(rows)")), ("read", .literal("\(read)"))],
                time: time)
        case .waiting(let limiter, let until):
            self.init(
                level: .debug, message: "waiting for a limit",
                fields: [("limit", .text(limiter))] + (until.map { [("until", .text("\($0)"))] } ?? []), time: time)
        case .retrying(let route, let attempt, let reason, let next):
            self.init(
                level: .debug, message: "attempt failed, trying again",
                fields: [
                    ("route", .text(route)), ("attempt", .literal("\(attempt)")), ("reason", .text(reason)),
                    ("at", .text("\(next)")),
                ], time: time)
        case .warning(let message):
            self.init(level: .warn, message: message, time: time)
        }
    }
}
