import FinOps
import HostLoop
import LuaRuntime
import Notify

/// Reads what `notify.send` is given; the Lua half has made texts of what is to be shown.
@HostLoop struct NoticeReader {
    private static let call = "notify.send"
    /// Bytes of a key: PagerDuty takes 255 characters.
    private static let longestKey = 255
    private static let longestText = 100_000

    /// Fails with `bad_argument`, which names the field.
    func read(_ table: LuaTable) throws(LuaFailure) -> Notice {
        var notice = Notice(title: try text(table, "title") ?? "", text: try text(table, "text") ?? "")
        if !table["severity"].isNil { notice.severity = try severity(table["severity"], at: "severity") }
        notice.fields =
            table["fields"].table?.array.compactMap(\.table).map {
                Notice.Field($0.array.first?.string ?? "", $0.array.last?.string ?? "")
            } ?? []
        let findings = try findings(table["findings"], "findings")
        notice.resolved = try self.findings(table["resolved"], "resolved") ?? []
        // Where only what is over is told, there is nothing to tell when nothing is.
        notice.findings = findings ?? (table["resolved"].isNil ? nil : [])
        if let rows = table["table"].table {
            notice.table = Notice.Table(
                head: rows["head"].table?.array.compactMap(\.string) ?? [],
                lines: rows["lines"].table?.array.compactMap(\.string) ?? [], count: Int(rows["count"].integer ?? 0))
        }
        notice.link = try link(table)
        try readKey(table, into: &notice)
        guard
            !notice.title.isEmpty || !notice.text.isEmpty || !notice.fields.isEmpty || notice.table != nil
                || notice.findings != nil || notice.resolves
        else {
            throw bad("the message says nothing", hint: "write notify.send(\"team\", { title = \"…\", text = \"…\" })")
        }
        if notice.title.isEmpty { Self.giveTitle(to: &notice) }
        return notice
    }

    /// What stands above a message without a title: how much was found, else its first line, unless that is a long one.
    private static func giveTitle(to notice: inout Notice) {
        if let count = notice.findings?.count, count > 0 {
            notice.title = "\(count) \(count == 1 ? "finding" : "findings")"
        } else if !notice.resolved.isEmpty {
            notice.title = "\(notice.resolved.count) resolved"
        } else {
            let line = notice.text.prefix { !$0.isNewline }
            guard line.count <= 150 else { return }
            notice.title = String(line)
            notice.text = String(notice.text[line.endIndex...].dropFirst())
        }
    }

    private func readKey(_ table: LuaTable, into notice: inout Notice) throws(LuaFailure) {
        notice.key = try text(table, "key")
        if let key = notice.key, key.isEmpty || key.utf8.count > Self.longestKey {
            throw bad("key: expected 1 to \(Self.longestKey) bytes, got \(key.utf8.count)")
        }
        switch table["resolve"] {
        case .nil, .boolean(false): break
        case .boolean(true):
            guard notice.key != nil, notice.findings == nil else {
                throw bad(
                    "resolve: it takes the key of what is over, and no findings",
                    hint: "write { key = \"…\", resolve = true }; findings that are over are resolved = report.resolved"
                )
            }
            notice.resolves = true
        default: throw bad("resolve: expected true or false, got a \(table["resolve"].typeName)")
        }
        switch table["remember_days"].number {
        case nil where table["remember_days"].isNil: break
        case .some(let days) where days > 0 && days <= 3650: notice.remembered = .seconds(Int64(days * 86_400))
        default: throw bad("remember_days: expected a number of days above 0, 3650 at most")
        }
    }

    private func link(_ table: LuaTable) throws(LuaFailure) -> String? {
        guard let link = try text(table, "link") else { return nil }
        let isAddress =
            (link.hasPrefix("https://") || link.hasPrefix("http://")) && link.utf8.count <= 2000
            && link.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>\"|`\\".utf8.contains($0) }
        guard isAddress else { throw bad("link: expected an address that begins with https://") }
        return link
    }

    private func findings(_ value: LuaValue, _ name: String) throws(LuaFailure) -> [Notice.Finding]? {
        guard let list = value.table else { return nil }
        var findings: [Notice.Finding] = []
        for (index, item) in list.array.enumerated() {
            findings.append(try finding(item.table ?? LuaTable(), at: "\(name)[\(index + 1)]"))
        }
        return findings
    }

    private func finding(_ table: LuaTable, at place: String) throws(LuaFailure) -> Notice.Finding {
        guard let series = table["series"].string else {
            throw bad("\(place).series: expected the name of what it is about, got a \(table["series"].typeName)")
        }
        let severity =
            table["severity"].isNil ? .info : try severity(table["severity"], at: "\(place).severity")
        var finding = Notice.Finding(
            series: series, severity: severity, identity: Self.identity(table, without: []),
            subject: Self.identity(table, without: ["day", "rule", "severity", "last"]))
        finding.isTotal = table["total"].boolean ?? false
        finding.day = table["day"].string
        finding.rule = table["rule"].string
        finding.actual = try amount(table, "actual", at: place)
        finding.expected = try amount(table, "expected", at: place)
        finding.impact = try amount(table, "impact", at: place)
        finding.percent = try amount(table, "percent", at: place)
        finding.unit = table["unit"].string
        finding.since = table["since"].string
        finding.contributors =
            table["contributors"].table?.array.compactMap(\.table).compactMap { part in
                guard let name = part["name"].string, let change = part["change"].number else { return nil }
                return Notice.Finding.Contributor(name: name, change: change)
            } ?? []
        return finding
    }

    private func amount(_ table: LuaTable, _ name: String, at place: String) throws(LuaFailure) -> Double? {
        if table[name].isNil { return nil }
        guard let number = table[name].number else {
            throw bad("\(place).\(name): expected a number, got a \(table[name].typeName)")
        }
        guard number.isFinite else { throw bad("\(place).\(name): the number is NaN or infinite") }
        return number
    }

    /// The texts and whole numbers of a finding, which tell it apart from others; amounts may still change while costs come in.
    private static func identity(_ table: LuaTable, without names: Set<String>) -> String {
        let left = names.union([
            "state", "since", "through", "title", "text", "actual", "expected", "lower", "upper", "impact", "percent",
            "score", "impact_since",
        ])
        return table.fields.sorted { $0.key < $1.key }.compactMap { name, value in
            guard !left.contains(name), let text = value.string ?? value.integer.map({ "\($0)" }) else { return nil }
            return "\(name.utf8.count):\(name)\(text.utf8.count):\(text)"
        }.joined()
    }

    private func severity(_ value: LuaValue, at place: String) throws(LuaFailure) -> Notice.Severity {
        guard let text = value.string, let severity = Notice.Severity(rawValue: text) else {
            let names = Notice.Severity.allCases.map(\.rawValue).joined(separator: ", ")
            throw bad("\(place): expected one of \(names), got \(value.shown)")
        }
        return severity
    }

    private func text(_ table: LuaTable, _ name: String) throws(LuaFailure) -> String? {
        switch table[name] {
        case .nil: return nil
        case .string(let text):
            guard text.utf8.count <= Self.longestText else {
                throw bad("\(name) holds \(text.utf8.count) bytes, and may hold \(Self.longestText)")
            }
            return text
        default: throw bad("\(name): expected a text, got a \(table[name].typeName)")
        }
    }

    private func bad(_ message: String, hint: String? = nil) -> LuaFailure {
        LuaFailure(code: "bad_argument", message: "\(Self.call): \(message)", hint: hint)
    }
}
