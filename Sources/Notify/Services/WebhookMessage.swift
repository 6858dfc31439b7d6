import RowDecoder

/// A notice for a program of the receiver's own: JSON, signed.
///
///     POST, Content-Type: application/json
///     Idempotency-Key: what stays the same however often the notice is sent
///     X-Finlua-Timestamp: seconds since 1970
///     X-Finlua-Signature: v1=HMAC-SHA256(secret, timestamp + "." + body), in hexadecimal
package enum WebhookMessage {
    /// Findings and rows that are sent at most; `findings_count` and `rows.count` say how many there are.
    static let mostFindings = 1000
    static let mostRows = 1000

    static func body(_ notice: Notice, _ digest: Digest, id: String) -> JSONValue {
        var members: [(String, JSONValue?)] = [
            ("version", 1), ("id", .string(id)), ("event", notice.resolves ? "resolved" : "notice"),
            ("key", notice.key.map(JSONValue.string)), ("title", .string(digest.heading)),
            ("severity", .string(notice.worst.rawValue)), ("text", .string(notice.text)),
            ("fields", .array(digest.fields.map { ["name": .string($0.name), "value": .string($0.value)] })),
        ]
        if let findings = notice.findings {
            members.append(("findings_count", .integer(Int64(findings.count))))
            members.append(("findings", .array(findings.prefix(mostFindings).map(\.json))))
        }
        if !notice.resolved.isEmpty { members.append(("resolved", .array(notice.resolved.map(\.json)))) }
        if let table = notice.table {
            let lines = (table.head + table.lines.prefix(mostRows)).map(JSONValue.string)
            members.append(("rows", ["count": .integer(Int64(table.count)), "lines": .array(lines)]))
        }
        members.append(("link", notice.link.map(JSONValue.string)))
        members.append(("source", .string(digest.source)))
        members.append(("summary", .string(([digest.heading] + PlainText.lines(digest)).joined(separator: "\n"))))
        return .object(members.compactMap { name, value in value.map { JSONValue.Member(name: name, value: $0) } })
    }

    /// `v1=` and the hexadecimal digits.
    package static func signature(of body: [UInt8], at seconds: Int64, secret: [UInt8]) -> String {
        "v1=" + Hash.hexadecimal(Hash.hmac(secret: secret, Array("\(seconds).".utf8) + body))
    }
}

extension Notice.Finding {
    fileprivate var json: JSONValue {
        let members: [(String, JSONValue?)] = [
            ("series", .string(series)), ("total", .boolean(isTotal)), ("severity", .string(severity.rawValue)),
            ("day", day.map(JSONValue.string)), ("rule", rule.map(JSONValue.string)),
            ("actual", actual.map(JSONValue.number)), ("expected", expected.map(JSONValue.number)),
            ("impact", impact.map(JSONValue.number)), ("percent", percent.map(JSONValue.number)),
            ("unit", unit.map(JSONValue.string)), ("since", since.map(JSONValue.string)),
            (
                "contributors",
                contributors.isEmpty
                    ? nil : .array(contributors.map { ["name": .string($0.name), "change": .number($0.change)] })
            ),
        ]
        return .object(members.compactMap { name, value in value.map { JSONValue.Member(name: name, value: $0) } })
    }
}
