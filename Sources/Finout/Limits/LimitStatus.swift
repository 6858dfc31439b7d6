public import HostLoop

/// What is left of one limit.
public struct LimitStatus: Sendable, Equatable {
    /// A route's name, `in flight`, `running`, `submissions today`.
    public let name: String
    /// Slots held.
    public let used: Int
    /// Slots there are.
    public let limit: Int
    /// The stretch of time the limit is for; nil for "at a time".
    public let window: Duration?
    /// When the next slot becomes free, if none is now and it is known.
    public let freeAt: Moment?
    /// Requests that wait for a slot, in every process.
    public let waiting: Int

    /// The state of a limit.
    public init(name: String, used: Int, limit: Int, window: Duration?, freeAt: Moment?, waiting: Int = 0) {
        self.name = name
        self.used = used
        self.limit = limit
        self.window = window
        self.freeAt = freeAt
        self.waiting = waiting
    }
}
