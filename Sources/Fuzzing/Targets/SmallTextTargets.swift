import Commands
import Finout
import HostLoop
import RowDecoder
import ScriptAPI
import Simulator
import Wording

extension FuzzTarget {
    /// What operators write in options, variables and the configuration.
    static let settings = FuzzTarget(
        "settings", takes: "a letter for the setting, then its text",
        words: [
            "status=50/60s", "daily=1", "first=1s,max=5s", "ms", "h", "512M", "status:500:3", "any:drip:10%", "@2",
            "https://", "http://", "127.0.0.1", "localhost", "[::1]", ":8080", "@", "\\", "text,debug", "0x1p3", "1e9",
        ]
    ) { bytes in
        let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
        switch bytes.first {
        case UInt8(ascii: "d"):
            if let duration = SettingText.duration(text) { try expect(duration > .zero, "\(text) is \(duration)") }
        case UInt8(ascii: "b"):
            if let count = Quantity.bytes(text) { try expect(count > 0, "\(text) is \(count) bytes") }
        case UInt8(ascii: "l"):
            guard let limits = try? LimitSettings(parsing: text) else { return }
            try expect(
                limits.dailySubmissions > 0 && limits.runningQueries > 0 && limits.inFlight > 0, "\(limits)")
            for limit in limits.routes.values { try expect(limit.count > 0 && limit.window > .zero, "\(limit)") }
        case UInt8(ascii: "p"):
            guard let poll = try? PollSettings(parsing: text) else { return }
            try expect(poll.first > .zero && poll.first <= poll.max, "\(poll)")
        case UInt8(ascii: "f"):
            guard let fault = try? Fault(text) else { return }
            try expectSame(try Fault(fault.description), fault, "a fault reads back from its text \(fault)")
        case UInt8(ascii: "u"): try checkAddress(text)
        default: _ = try? LogSettings(parsing: text, origin: "--log")
        }
    }

    /// What is taken for the service's address goes to the same host by libcurl's reading, and never in plain text
    /// over a network.
    private static func checkAddress(_ text: String) throws {
        guard let address = try? BaseURL(text) else { return }
        guard let endpoint = try? Endpoint(url: address.text + "/v2/x") else { return }
        let end = address.text.index(address.text.startIndex, offsetBy: 8, limitedBy: address.text.endIndex)
        try expect(
            endpoint.scheme == "https" || endpoint.isLoopback, "\(text) goes to \(endpoint.host) by \(endpoint.scheme)")
        let authority = address.text[(end ?? address.text.endIndex)...].prefix { $0 != "/" }
        try expect(
            endpoint.scheme == "http" || authority.lowercased().hasPrefix(endpoint.host)
                || authority.contains("%") || endpoint.host.first?.isNumber == true,
            "\(text) goes to \(endpoint.host)")
    }

    /// Dates as headers, scripts and pages write them.
    static let dates = FuzzTarget(
        "dates", takes: "a date as text",
        words: ["2026-11-20", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Feb", "29", "-"]
    ) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if let day = Day(text) {
            try expectSame(day.description, text, "a day is written as it was read")
            try expectSame(Day(year: day.year, month: day.month, dayOfMonth: day.dayOfMonth), day, "a day's numbers")
            try expect(day.firstOfMonth <= day && day < day.firstOfNextMonth, "\(day) lies within its month")
            try expect((0..<7).contains(day - day.firstOfWeek), "\(day) lies within its week")
        }
        let now = Day("2026-11-20")!.start
        guard let moment = HTTPDate.moment(text, now: now) else { return }
        try expect(
            text.utf8.count >= 20 && moment.day.year >= 0 && moment.day.year <= 10_000, "\(text) is \(moment)")
    }

    /// Keys by their paths, and what an account makes of them.
    static let paths = FuzzTarget(
        "paths", takes: "a path costCenter/key",
        words: ["AWS/service", "Virtual Tags/Team", "/", "//", "Kubernetes/", "%2F"]
    ) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let escaped = PercentEncoding.encode(text)
        try expectSame(unescaped(escaped), Array(text.utf8), "an escaped text reads back")
        try expect(
            escaped.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#&+ ".utf8.contains($0) },
            "\(escaped) is one segment")
        guard let reference = KeyReference(path: text) else { return }
        try expectSame(reference.path, text, "a path is written as it was read")
        let catalog = KeyCatalog(keys: [
            KeyInfo(costCenter: "AWS", key: "service", displayName: "Service", types: ["billing_dimension"]),
            KeyInfo(costCenter: "Virtual Tags", key: "9d1", displayName: "Team / Owner", types: ["virtual_tag"]),
            KeyInfo(costCenter: "Kubernetes", key: "app", displayName: "app", types: ["tag", "label"]),
        ])
        let resolved: KeyReference
        do throws(FinoutError) {
            resolved = try catalog.resolve(reference, field: "dimensions[1]")
        } catch {
            return try expect(error.hint?.isEmpty == false && error.field != nil, "\(error) says what to do")
        }
        try expect(catalog.keys.contains { $0.key == resolved.key }, "\(reference) became \(resolved)")
    }

    private static func unescaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), rest.count >= 2 else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    /// Lines of the log: nothing that a script or a service says forges another.
    static let log = FuzzTarget(
        "log", takes: "message, then names and values, each ended by a zero byte",
        words: ["\n", "\r\n", "\u{1B}[2J", "\u{2028}", "\u{85}", "\"", "=", "\\"]
    ) { bytes in
        var reader = InputReader(bytes)
        let message = reader.text(most: .max)
        var fields: [(name: String, value: LogLine.Value)] = []
        while !reader.isEmpty { fields.append((reader.text(), .text(reader.text(most: .max)))) }
        let line = LogLine(level: .warn, message: message, fields: fields, time: Day("2026-11-20")!.start)
        for format in [LogLine.Format.text, .json] {
            let text = line.rendered(format)
            let controls = text.unicodeScalars.dropLast().contains { scalar in
                scalar.value < 0x20 || (format == .text && (0x7F...0x9F).contains(scalar.value))
            }
            try expect(text.hasSuffix("\n") && !controls, "\(text.debugDescription) is one line")
        }
        let kept = LogLine.escaped(message, keepingLines: true)
        try expectSame(kept.utf8.filter { $0 < 0x20 && $0 != 0x0A }.count, 0, "an error steers no terminal")
        let parsed = try JSONValue(parsing: line.rendered(.json))
        try expectSame(parsed["message"]?.string, message, "a message survives the log")
        let members = parsed["fields"]?.object ?? []
        try expectSame(members.map(\.name), fields.map(\.name), "names survive the log")
    }

    /// The nearest right word to what somebody typed.
    static let names = FuzzTarget(
        "names", takes: "a word, then names, each ended by a zero byte",
        words: ["timeInterval", "dimensions", "İ", "ß"]
    ) { bytes in
        var reader = InputReader(bytes)
        let word = reader.text(most: 4096)
        var names: [String] = []
        while !reader.isEmpty, names.count < 40 { names.append(reader.text(most: 60)) }
        let found = NearMatches.best(for: word, among: names)
        try expect(found.count <= 3 && found.allSatisfy(names.contains), "\(found) of \(names)")
        if names.contains(word) {
            try expectSame(found.first?.lowercased(), word.lowercased(), "a right word is nearest")
        }
    }
}
