/// What a monitoring system is told: a line with the worst state first, `|` and performance data, then, of several scripts,
/// a line each.
public struct CheckReport: Sendable {
    private let verdicts: [ScriptVerdict]

    /// A report of the scripts, in their order.
    public init(_ verdicts: [ScriptVerdict]) { self.verdicts = verdicts }

    /// A report of what kept everything from deciding.
    public init(undecided reason: String) { verdicts = [ScriptVerdict("", undecided: reason)] }

    /// The worst of all; unknown of none.
    public var state: CheckState { CheckState.worst(of: verdicts.map(\.state)) ?? .unknown }

    /// All of it, with line breaks.
    public var text: String {
        guard verdicts.count != 1 else { return line("\(state.word) - \(verdicts[0].text)", data(named: false)) }
        var lines = [line("\(state.word) - \(summary)", data(named: true))]
        lines += verdicts.map { line("\($0.state.word) \(PluginText.line($0.name)): \($0.text)", []) }
        return lines.joined()
    }

    /// The scripts that did not hold, the worst first, and how many did.
    private var summary: String {
        if verdicts.isEmpty { return "there is no script to check" }
        let held = verdicts.count { $0.state == .ok }
        var texts: [String] = []
        for state in [CheckState.critical, .warning, .unknown] {
            texts += verdicts.filter { $0.state == state }.map { verdict in
                (state == self.state ? "" : state.word + ": ") + PluginText.line(verdict.name) + ": " + verdict.text
            }
        }
        if texts.isEmpty { return "\(held) scripts hold" }
        if held > 0 { texts.append("\(held) OK") }
        return PluginText.joined(texts)
    }

    private func data(named: Bool) -> [String] {
        verdicts.flatMap { verdict in verdict.data.map { $0.text(prefix: named ? verdict.name + "/" : "") } }
    }

    private func line(_ text: String, _ data: [String]) -> String {
        text + (data.isEmpty ? "" : " | " + data.joined(separator: " ")) + "\n"
    }
}
