import RowDecoder

/// A notice as events of PagerDuty's Events API v2: one for each finding, so that each has an incident of its own, which
/// grows and is resolved under the same `dedup_key`.
///
/// PagerDuty: a summary is 1,024 characters at most, a `dedup_key` 255, an event 512 KB.
package enum PagerDutyEvent {
    static let longestSummary = 1024
    static let longestKey = 255

    /// The event; `key` is its `dedup_key`.
    static func body(_ notice: Notice, _ digest: Digest, key: String, routing: String) -> JSONValue {
        var event: [JSONValue.Member] = [
            .init(name: "routing_key", value: .string(routing)),
            .init(name: "event_action", value: notice.resolves ? "resolve" : "trigger"),
            .init(name: "dedup_key", value: .string(Wrapped.cut(key, to: longestKey, size: \.utf16.count))),
        ]
        guard !notice.resolves else { return .object(event) }
        let findings = notice.findings ?? []
        // One finding is said in the summary itself.
        let told = findings.count == 1 ? "\(digest.heading): \(findings[0].headline)" : digest.heading
        let summary = Wrapped.cut(told, to: longestSummary, size: \.utf16.count)
        var details = digest.fields.map { JSONValue.Member(name: $0.name, value: .string($0.value)) }
        let text = Wrapped.cut(PlainText.lines(digest).joined(separator: "\n"), to: 100_000, size: \.utf8.count)
        details.append(.init(name: "text", value: .string(text)))
        event.append(
            .init(
                name: "payload",
                value: [
                    "summary": .string(summary), "source": .string(digest.source),
                    "severity": .string(severity(notice.worst)), "custom_details": .object(details),
                ]))
        event.append(.init(name: "client", value: "finlua"))
        if let link = digest.link {
            event.append(.init(name: "links", value: [["href": .string(link), "text": "Open"]]))
        }
        return .object(event)
    }

    private static func severity(_ severity: Notice.Severity) -> String {
        switch severity {
        case .info: "info"
        case .minor: "warning"
        case .major: "error"
        case .critical: "critical"
        }
    }
}
