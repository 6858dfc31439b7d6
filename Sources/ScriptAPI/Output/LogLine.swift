public import HostLoop
import RowDecoder

/// One line of the log, from a script or from finlua itself.
public struct LogLine: Sendable {
    /// How much it matters, least first.
    public enum Level: String, CaseIterable, Comparable, Sendable {
        case debug, info, warn, error

        /// By importance.
        public static func < (left: Level, right: Level) -> Bool {
            Level.allCases.firstIndex(of: left)! < Level.allCases.firstIndex(of: right)!
        }
    }

    /// How lines are written.
    public enum Format: String, Sendable {
        /// `warn: message key=value`, for people.
        case text
        /// One JSON object a line.
        case json
    }

    /// How much the line matters.
    public let level: Level
    /// What happened.
    public let message: String
    /// What belongs to it, in the order written.
    public let fields: [(name: String, value: Value)]
    /// When it happened.
    public let time: Moment

    /// A field's value.
    public enum Value: Sendable {
        /// Text, which JSON puts in quotes.
        case text(String)
        /// A number, true or false, as it stands in JSON.
        case literal(String)
    }

    /// A line of the log.
    public init(level: Level, message: String, fields: [(name: String, value: Value)] = [], time: Moment) {
        self.level = level
        self.message = message
        self.fields = fields
        self.time = time
    }

    /// The line with its newline. Control characters are escaped, so that a value cannot forge a line.
    public func rendered(_ format: Format) -> String {
        switch format {
        case .text:
            var line = "\(level.rawValue): \(LogLine.escaped(message))"
            for field in fields {
                line += " \(LogLine.escaped(field.name))=\(LogLine.shown(field.value))"
            }
            return line + "\n"
        case .json:
            var members = [
                "\"time\":\(LogLine.quoted(time.description))", "\"level\":\"\(level.rawValue)\"",
                "\"message\":\(LogLine.quoted(message))",
            ]
            if !fields.isEmpty {
                let inner = fields.map { field in
                    switch field.value {
                    case .text(let text): "\(LogLine.quoted(field.name)):\(LogLine.quoted(text))"
                    case .literal(let literal): "\(LogLine.quoted(field.name)):\(literal)"
                    }
                }
                members.append("\"fields\":{\(inner.joined(separator: ","))}")
            }
            return "{\(members.joined(separator: ","))}\n"
        }
    }

    private static func shown(_ value: Value) -> String {
        switch value {
        case .literal(let literal): return literal
        case .text(let text):
            let plain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" }
            if plain { return escaped(text) }
            var inner = "".unicodeScalars
            for scalar in escaped(text).unicodeScalars {
                if scalar == "\"" { inner.append("\\") }
                inner.append(scalar)
            }
            return "\"\(String(inner))\""
        }
    }

    /// The text without what steers a terminal. With `keepingLines` it may have several lines.
    package static func escaped(_ text: String, keepingLines: Bool = false) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where keepingLines: result += "\n"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isControl(scalar): result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    // C0, DEL, C1 and the separators that some viewers break lines at.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    private static func quoted(_ text: String) -> String {
        // A string holds no NaN, so writing it cannot fail.
        (try? JSONValue.string(text).serialized()).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
