/// What a check found, by the numbers that the monitoring-plugins guidelines give as exit statuses.
public enum CheckState: Int, CaseIterable, Sendable {
    case ok = 0
    case warning = 1
    case critical = 2
    case unknown = 3

    /// As the first word of a plugin's line.
    public var word: String {
        switch self {
        case .ok: "OK"
        case .warning: "WARNING"
        case .critical: "CRITICAL"
        case .unknown: "UNKNOWN"
        }
    }

    /// One line for help.
    public var meaning: String {
        switch self {
        case .ok: "OK: every check held"
        case .warning: "WARNING: a check passed its warning threshold"
        case .critical: "CRITICAL: a check passed its critical threshold"
        case .unknown: "UNKNOWN: nothing was decided, whatever it was that kept the check from it"
        }
    }

    /// 0, and more the worse it is. Monitoring Plugins, `max_state_alt`: CRITICAL, WARNING, UNKNOWN, OK. What was found to
    /// be wrong goes before what nobody knows, and that before what is well.
    private var badness: Int {
        switch self {
        case .ok: 0
        case .unknown: 1
        case .warning: 2
        case .critical: 3
        }
    }

    /// Whether this one is told before the other.
    public func isWorse(than other: CheckState) -> Bool { badness > other.badness }

    /// The worst of several; nil of none.
    public static func worst(of states: some Sequence<CheckState>) -> CheckState? {
        states.max { $1.isWorse(than: $0) }
    }
}
