public import HostLoop

/// Decides which running queries are asked for their status, and when: one budget of status calls over all running
/// queries of the account.
///
/// A call is worth the delay it is expected to end: the time for which the query is expected to be over already, given
/// that it ran when last asked. Calls have a price, in the same seconds, at which the running queries would use up the
/// budget; a query is asked when its call is worth the price, or half of it to one and a half times, so that queries
/// alike are not asked all at once. What several processes decide from the same queries is the same.
public struct PollPolicy: Sendable {
    /// What is to be done.
    public struct Decision: Hashable, Sendable {
        /// The queries to ask now, the most urgent first; never more than calls are free.
        public var ask: [String] = []
        /// When to decide anew if nothing happens before; nil if no query is left for later.
        public var next: Moment?
    }

    /// No query is asked before its chance to have ended is this.
    static let plausible = 0.02
    /// The part of the budget that is planned with; the rest is for what ends sooner than it should, and for others.
    static let planned = 0.6
    /// Plans look this far ahead, and at least over the limit's window.
    static let horizon = 60.0
    /// A call has to end this part of the longest wait, however many calls are free.
    static let leastWorth = 0.02
    /// Ages are worked out to a hundredth of a second.
    static let leastWait: Duration = .milliseconds(10)
    /// While the budget is short the price changes all the time.
    static let shortageReview: Duration = .seconds(2)

    /// How eagerly queries are polled.
    public var settings: PollSettings

    /// A policy by `settings`.
    public init(_ settings: PollSettings = PollSettings()) {
        self.settings = settings
    }

    /// What to do at `now` about the account's running queries, given the durations to expect of each kind.
    public func decision(
        at now: Moment, running: [PolledQuery], budget: PollBudget, estimate: (String) -> DurationEstimate
    ) -> Decision {
        // The same for every process, whatever order it knows them in.
        let turns = running.sorted { ($0.submitted, $0.id) < ($1.submitted, $1.id) }
            .map { PollTurn($0, estimate($0.kind), now: now) }
        let least = settings.max.seconds * Self.leastWorth
        let price = Double.maximum(least, Self.price(turns, budget))
        var due: [(id: String, isOverdue: Bool, worth: Double)] = []
        var reviews: [Moment] = price > least ? [now + Self.shortageReview] : []
        for turn in turns {
            let bounds = turn.bounds(settings, spacing: budget.spacing, running: running.count)
            let worth = turn.worth
            let price = least + (price - least) * turn.spread
            let isOverdue = turn.age >= bounds.upperBound
            if isOverdue || (turn.age >= bounds.lowerBound && worth >= price) {
                due.append((turn.query.id, isOverdue, worth))
            } else {
                reviews.append(turn.query.submitted + .seconds(turn.age(worth: price, in: bounds)))
            }
        }
        let urgent = due.indices.sorted { left, right in
            if due[left].isOverdue != due[right].isOverdue { return due[left].isOverdue }
            if due[left].worth != due[right].worth { return due[left].worth > due[right].worth }
            return left < right
        }
        let ask = urgent.prefix(Swift.max(budget.free, 0)).map { due[$0].id }
        if due.count > ask.count { reviews.append(budget.nextFree ?? now + .seconds(budget.spacing)) }
        return Decision(ask: ask, next: reviews.min().map { Swift.max($0, now + Self.leastWait) })
    }

    /// The delay that a call has to end for the budget to last. Seconds.
    private static func price(_ turns: [PollTurn], _ budget: PollBudget) -> Double {
        let horizon = Double.maximum(Self.horizon, budget.limit.window.seconds)
        let calls = planned * horizon / budget.spacing
        let effort = turns.reduce(0) {
            $0 + $1.estimate.effort(from: $1.age, to: $1.age + horizon, runningAt: $1.asked)
        }
        return (effort / calls) * (effort / calls)
    }
}
