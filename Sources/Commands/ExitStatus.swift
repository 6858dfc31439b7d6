import RunLimits

/// How a run ended, as the shell sees it. The only table of exit statuses: help, tests and messages read it.
public enum ExitStatus: Int32, CaseIterable, Sendable {
    case done = 0
    case scriptError = 1
    case usage = 2
    case checkFailed = 3
    case incomplete = 4
    case credentials = 5
    case unavailable = 6
    case budget = 7
    case limit = 8
    case locked = 9
    case output = 10
    case defect = 70
    case interrupted = 130
    case terminated = 143

    /// One line for help.
    public var cause: String {
        switch self {
        case .done: "done, and whole"
        case .scriptError: "the script raised an error"
        case .usage: "wrong usage or arguments"
        case .checkFailed: "a check of the script did not hold"
        case .incomplete: "the data is incomplete"
        case .credentials: "credentials missing or refused"
        case .unavailable: "the API could not be reached or kept failing"
        case .budget: "a rate or daily budget is used up; the message says when to come back"
        case .limit: "a limit of the run: " + RunLimit.allCases.map(\.subject).joined(separator: ", ")
        case .locked: "another run of the same script and arguments holds the lock"
        case .output: "output or state could not be written"
        case .defect: "a defect in finlua"
        case .interrupted: "interrupted"
        case .terminated: "terminated"
        }
    }

    /// A word or two for a list.
    var word: String {
        switch self {
        case .done: "done"
        case .scriptError: "script error"
        case .usage: "wrong usage"
        case .checkFailed: "check failed"
        case .incomplete: "incomplete"
        case .credentials: "credentials"
        case .unavailable: "unavailable"
        case .budget: "budget used up"
        case .limit: "limit"
        case .locked: "locked"
        case .output: "not written"
        case .defect: "defect"
        case .interrupted: "interrupted"
        case .terminated: "terminated"
        }
    }

    /// Whether the run came to a result, which it leaves: a check that does not hold is one too.
    var isResult: Bool { self == .done || self == .checkFailed }

    /// The status of a run that ended with an error of this code, as a script would read it in `err.code`.
    public init(errorCode: String) {
        self =
            switch errorCode {
            case "usage": .usage
            case "unauthorized": .credentials
            case "unavailable", "bad_response", "query_failed", "results_expired": .unavailable
            case "rate_limited", "quota_exhausted": .budget
            case "incomplete": .incomplete
            case _ where RunLimit.allCases.contains { $0.code == errorCode }: .limit
            case "output", "state": .output
            default: .scriptError
            }
    }
}
