import HostLoop
import RowDecoder

/// One message to one endpoint, and what it is told once by.
struct Parcel: Sendable {
    /// What this message tells of: noted when it is accepted.
    let keys: [String]
    let notice: Notice
    /// What PagerDuty knows the incident by.
    let incident: String

    /// Events that one notice makes at most: an incident for each of a thousand findings helps nobody.
    static let mostEvents = 50

    /// Divides what is left to tell for a service: an event for each finding to PagerDuty, one message to every other.
    static func all(of notice: Notice, for kind: NotifyEndpoint.Kind, keys: NoticeKeys) -> [Parcel] {
        guard kind == .pagerduty, let findings = notice.findings else {
            return [Parcel(keys: keys.all(of: notice), notice: notice, incident: keys.incident(of: notice))]
        }
        let sorted = findings.sorted {
            ($0.severity, $0.impact?.magnitude ?? 0) > ($1.severity, $1.impact?.magnitude ?? 0)
        }
        var groups = sorted.map { [$0] }
        if groups.count > mostEvents {
            groups = Array(groups[..<(mostEvents - 1)]) + [sorted.dropFirst(mostEvents - 1).map { $0 }]
        }
        return groups.map { group in
            var part = notice
            part.findings = group
            part.resolved = []
            // A finding's own goes before that of the notice.
            if group.contains(where: { $0.severity != .info }) { part.severity = .info }
            return Parcel(keys: keys.all(of: part), notice: part, incident: keys.incident(of: part))
        }
            + notice.resolved.map { finding in
                var part = notice
                part.findings = nil
                part.resolved = [finding]
                part.resolves = true
                return Parcel(keys: keys.all(of: part), notice: part, incident: keys.incident(of: finding))
            }
    }
}

/// What notices of one run are told once by.
struct NoticeKeys: Sendable {
    /// The run that tells them: a notice without a key is told once in each.
    let run: String
    /// What stands before the names of incidents: nobody else's run has the same.
    let scope: String

    /// The key of a notice by itself.
    func own(_ notice: Notice) -> String {
        if let key = notice.key { return "key \(key)" }
        return "run \(run) \(Hash.of("\(notice)"))"
    }

    func of(_ finding: Notice.Finding, of notice: Notice, isResolved: Bool) -> String {
        "\(isResolved ? "resolved" : "found") \(notice.key ?? "")\n\(finding.identity)"
    }

    /// Of its findings where it has any, else of the notice itself.
    func all(of notice: Notice) -> [String] {
        let found = (notice.findings ?? []).map { of($0, of: notice, isResolved: false) }
        let resolved = notice.resolved.map { of($0, of: notice, isResolved: true) }
        return found.isEmpty && resolved.isEmpty ? [own(notice)] : found + resolved
    }

    func incident(of notice: Notice) -> String {
        if let findings = notice.findings, let first = findings.first {
            if findings.count == 1 { return incident(of: first) }
            return "finlua-" + Hash.of(scope + "\n" + findings.map(\.subject).joined(separator: "\n")).prefix(40)
        }
        // A name that somebody chose may stand in other systems too.
        return notice.key ?? "finlua-" + Hash.of(scope + "\n" + own(notice)).prefix(40)
    }

    func incident(of finding: Notice.Finding) -> String {
        "finlua-" + Hash.of(scope + "\n" + finding.subject).prefix(40)
    }
}
