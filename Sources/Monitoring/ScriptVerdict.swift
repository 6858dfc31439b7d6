/// What the checks of one script come to.
public struct ScriptVerdict: Sendable {
    /// How a line names the script.
    public let name: String
    /// The worst of its checks; unknown where it made none or did not come to its end.
    public let state: CheckState
    let texts: [String]
    let data: [PerformanceDatum]

    /// Of a script that came to its end.
    public init(_ name: String, checks: [Check], data: [PerformanceDatum]) {
        self.name = name
        state = CheckState.worst(of: checks.map(\.state)) ?? .unknown
        self.data = data
        texts = checks.isEmpty ? ["the script made no check"] : Self.told(checks, worst: state)
    }

    /// Of a script that was kept from deciding; what it had checked before decides nothing.
    public init(_ name: String, undecided reason: String) {
        self.name = name
        state = .unknown
        data = []
        // The first line says what happened, the rest what to do.
        texts = [PluginText.line(reason)]
    }

    /// The worst first, within a state in the order they were made. What held is only counted where something did not.
    private static func told(_ checks: [Check], worst: CheckState) -> [String] {
        let sorted = checks.enumerated().sorted { left, right in
            left.element.state == right.element.state
                ? left.offset < right.offset : left.element.state.isWorse(than: right.element.state)
        }.map(\.element)
        let held = checks.count { $0.state == .ok }
        var texts = sorted.filter { worst == .ok || $0.state != .ok }.map { check in
            (check.state == worst ? "" : check.state.word + ": ") + PluginText.line(check.text)
        }
        if worst != .ok, held > 0 { texts.append("\(held) OK") }
        return texts
    }

    /// What there is to say, without its state.
    var text: String { PluginText.joined(texts) }
}
