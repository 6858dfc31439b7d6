/// One check that a script made.
public struct Check: Sendable, Equatable {
    /// What it found.
    public let state: CheckState
    /// What to say of it.
    public let text: String
    /// What its verdict rests on, where that is a number.
    public let datum: PerformanceDatum?

    /// A verdict of the script's own.
    public init(_ state: CheckState, _ text: String) {
        self.state = state
        self.text = text
        datum = nil
    }

    /// The verdict of the thresholds on a value: critical before warning, and nothing is known of a value that is none.
    public init(_ datum: PerformanceDatum) {
        self.datum = datum
        guard let value = datum.value, let shown = PlainNumber.text(value) else {
            (state, text) = (.unknown, "\(datum.label) has no value")
            return
        }
        let held = "\(datum.label) is \(shown)\(datum.unit.isEmpty ? "" : (datum.unit == "%" ? "" : " ") + datum.unit)"
        if let critical = datum.critical, critical.alerts(on: value) {
            (state, text) = (.critical, "\(held), \(critical.reason(value))")
        } else if let warning = datum.warning, warning.alerts(on: value) {
            (state, text) = (.warning, "\(held), \(warning.reason(value))")
        } else {
            (state, text) = (.ok, held)
        }
    }
}
