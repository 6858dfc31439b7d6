import FinOps

/// A notice as lines for people, the worst first: what every service shows of it, as far as it has room.
package struct Digest {
    /// One thing that is shown whole or counted as left out.
    struct Item: Equatable {
        let line: String
        /// Below it, and less important.
        let detail: String?
    }

    /// Items of one kind under a heading.
    struct Group: Equatable {
        let heading: String
        let items: [Item]
    }

    /// The heading of the whole.
    let heading: String
    /// Before the rest.
    let text: [String]
    /// Names and values.
    let fields: [Notice.Field]
    /// Findings by severity, then what is resolved.
    let groups: [Group]
    /// How many findings there are and what they come to; nil without findings.
    let total: String?
    let table: Notice.Table?
    let link: String?
    /// Who tells it.
    let source: String

    package init(_ notice: Notice, source: String) {
        heading = notice.title.isEmpty ? (notice.resolves ? "Resolved: " : "") + source : notice.heading
        // An empty text has no lines.
        text = notice.text.isEmpty ? [] : Wrapped.lines(notice.text)
        fields = notice.fields.map { Notice.Field(Wrapped.line($0.name), Wrapped.line($0.value)) }
        table = notice.table.map { table in
            Notice.Table(
                head: table.head.map(Wrapped.line), lines: table.lines.map(Wrapped.line), count: table.count)
        }
        link = notice.link
        self.source = source
        let findings = notice.findings ?? []
        groups =
            Notice.Severity.allCases.reversed().compactMap { severity in
                Self.group(severity.rawValue, findings.filter { $0.severity == severity })
            } + [Self.group("resolved", notice.resolved)].compactMap { $0 }
        total = findings.isEmpty ? nil : Self.total(of: findings)
    }

    private static func group(_ heading: String, _ findings: [Notice.Finding]) -> Group? {
        guard !findings.isEmpty else { return nil }
        let sorted = findings.enumerated().sorted {
            let (left, right) = ($0.element.impact?.magnitude ?? 0, $1.element.impact?.magnitude ?? 0)
            return left == right ? $0.offset < $1.offset : left > right
        }
        return Group(
            heading: heading,
            items: sorted.map { Item(line: $0.element.headline, detail: $0.element.contribution) })
    }

    /// As in `12 findings, impact +3,456.78 USD in all`. The total of the series is no further impact, and amounts in
    /// several units have no sum.
    private static func total(of findings: [Notice.Finding]) -> String {
        let count = "\(findings.count) \(findings.count == 1 ? "finding" : "findings")"
        let counted = findings.contains { !$0.isTotal } ? findings.filter { !$0.isTotal } : findings
        guard counted.allSatisfy({ $0.impact != nil && $0.unit == counted[0].unit }),
            let sum = try? Decimal.sum(counted.compactMap(\.impact)),
            let amount = try? sum.formatted(scale: 2, separator: ",")
        else { return count }
        return count + ", impact " + (sum.isNegative ? "" : "+") + amount
            + (counted[0].unit.map { " " + Wrapped.line($0) } ?? "") + " in all"
    }

    /// What stands below everything else.
    var footer: String { [total, source].compactMap { $0 }.joined(separator: " · ") }

    /// As in `…and 12 more of 400`.
    static func left(_ count: Int, of total: Int) -> String { "…and \(count) more of \(total)" }
}
