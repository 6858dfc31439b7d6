public import HostLoop

/// Decides when a running query is asked for its status.
@HostLoop public protocol PollSchedule: AnyObject {
    /// How long to wait before the next status call of a query.
    func wait(before poll: PollState) -> Duration
    /// A query has ended this long after its submission.
    func ended(_ query: String, after age: Duration)
}

/// What is known when the next status call of a query is planned.
public struct PollState: Sendable {
    /// The API's id.
    public var query: String
    /// Status calls made so far.
    public var polls: Int
    /// Time since the submission.
    public var age: Duration
    /// Queries of the account that run now, this one among them.
    public var running: Int
    /// The time one status call costs: the limit's window divided by its count.
    public var spacing: Duration

    /// The state of a query.
    public init(query: String, polls: Int, age: Duration, running: Int, spacing: Duration) {
        self.query = query
        self.polls = polls
        self.age = age
        self.running = running
        self.spacing = spacing
    }
}

/// How eagerly queries are polled; also the operator's setting `FINLUA_POLL`.
public struct PollSettings: Hashable, Sendable {
    /// The wait before the first status call.
    public var first: Duration = .seconds(1)
    /// The longest wait while few queries run. Finout: "poll every 5 seconds".
    public var max: Duration = .seconds(5)

    /// The defaults.
    public init() {}

    /// Settings from `first=1s,max=5s`. Fails with `bad_argument` that names the piece.
    public init(parsing text: String) throws(FinoutError) {
        let pairs: [(name: String, value: String)]
        switch SettingText.pairs(text) {
        case .success(let found): pairs = found
        case .failure(let piece): throw Self.refusal(piece.text, "is no name=value")
        }
        for (name, value) in pairs {
            guard let duration = SettingText.duration(value) else {
                throw Self.refusal("\(name)=\(value)", "holds no duration")
            }
            switch name {
            case "first": first = duration
            case "max": max = duration
            default: throw Self.refusal("\(name)=\(value)", "names nothing; there are first and max")
            }
        }
        if first > max { throw Self.refusal(text, "waits longer first than at most") }
    }

    private static func refusal(_ piece: String, _ problem: String) -> FinoutError {
        FinoutError(
            .badArgument, "The poll setting (FINLUA_POLL) holds '\(piece)', which \(problem).",
            hint: "Write it as first=1s,max=5s.")
    }
}

/// Grows from `first` to `max`, leaves every running query its share of the status limit, and backs off with age.
@HostLoop public final class SteadyPollSchedule: PollSchedule {
    private let settings: PollSettings

    /// A schedule by `settings`.
    public init(_ settings: PollSettings = PollSettings()) {
        self.settings = settings
    }

    /// The longest of: the growing wait, the share of the limit, a twentieth of the query's age (a minute at most).
    public func wait(before poll: PollState) -> Duration {
        let grown = Double.minimum(settings.first.seconds * pow2(poll.polls), settings.max.seconds)
        let share = poll.spacing.seconds * Double(poll.running)
        // A query that has run for ten minutes is not done sooner for being asked every five seconds.
        let aged = Double.minimum(poll.age.seconds / 20, 60)
        return .milliseconds(Int64((Double.maximum(Double.maximum(grown, share), aged) * 1000).rounded(.up)))
    }

    /// Nothing is learnt.
    public func ended(_ query: String, after age: Duration) {}

    private func pow2(_ exponent: Int) -> Double { Double(1 << Swift.min(exponent, 20)) }
}
