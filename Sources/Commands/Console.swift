import HostLoop
import RowDecoder
import ScriptAPI

/// Stderr of a run: the log, what finlua itself has to say, and on a terminal the progress line out of their way.
@HostLoop final class Console {
    let progress = Progress()
    /// Whether a person looks on.
    nonisolated let isTerminal = Terminal.isTerminal(Terminal.error)
    private nonisolated let settings: LogSettings
    /// The last of what was written, for those who only hear how it ended.
    private(set) var lastLines: [String] = []
    private static let kept = 10

    init(_ settings: LogSettings) { self.settings = settings }

    /// Writes a line of the log, if it matters enough.
    func log(_ line: LogLine) {
        if line.level >= settings.level { write(line.rendered(settings.format)) }
    }

    /// Says what went wrong, or what somebody asked to be told.
    func say(_ text: String, level: LogLine.Level = .error) {
        switch settings.format {
        case .text: write("finlua: \(LogLine.escaped(text, keepingLines: true))\n")
        case .json: write(LogLine(level: level, message: text, time: HostLoop.now).rendered(.json))
        }
    }

    /// Says what ended the run or spoiled it, and what to do next: `advice` besides the error's own.
    func say(_ complaint: Complaint, advice: String? = nil) {
        switch settings.format {
        case .text: say(complaint.text + (advice.map { "\nhint: \($0)" } ?? ""))
        case .json:
            let hint = [complaint.hint, advice].compactMap(\.self).joined(separator: "\n")
            var fields = complaint.fields.map { field -> (name: String, value: LogLine.Value) in
                if case .string(let text) = field.value { return (field.name, .text(text)) }
                return (field.name, .literal(field.value.line))
            }
            if !hint.isEmpty { fields.append(("hint", .text(hint))) }
            write(
                LogLine(level: .error, message: complaint.message, fields: fields, time: HostLoop.now).rendered(.json))
        }
    }

    /// Logs a warning, from any thread, also while a script holds the loop's.
    nonisolated func warn(_ text: String) {
        guard .warn >= settings.level else { return }
        let line = LogLine(level: .warn, message: text, time: HostLoop.now).rendered(settings.format)
        // The progress line, if there is one, is drawn anew.
        Terminal.print((isTerminal ? "\r\u{1B}[K" : "") + line, to: Terminal.error)
    }

    /// Says something that only matters to a person who looks on; elsewhere it is a debug line of the log.
    func remark(_ text: String) {
        if isTerminal { return say(text, level: .info) }
        log(LogLine(level: .debug, message: text, time: HostLoop.now))
    }

    /// Writes lines: as they are for people, as an object where the log has them.
    func lines(text: String, json: LogLine) {
        switch settings.format {
        case .text: write(text)
        case .json: write(json.rendered(.json))
        }
    }

    /// Writes one line: as text for people, as an object where the log has them.
    func line(text: String, json: LogLine) {
        switch settings.format {
        case .text: write("finlua: \(LogLine.escaped(text, keepingLines: true))\n")
        case .json: write(json.rendered(.json))
        }
    }

    /// Writes text as it is.
    func write(_ text: String) {
        progress?.clear()
        lastLines = (lastLines + text.split(separator: "\n").map(String.init)).suffix(Self.kept)
        Terminal.print(text, to: Terminal.error)
    }
}
