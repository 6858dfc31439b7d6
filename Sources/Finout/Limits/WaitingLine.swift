import HostLoop

/// Tasks of this process that wait for something whose end no clock tells: a place in flight, a place among the running
/// queries. First come, first served; only the first of them looks whether its turn has come.
@HostLoop final class WaitingLine {
    private let followers = WaitList<Void>()
    private let bell = WaitList<Void>()
    private var hasFirst = false

    /// Waits until the task is the first in line; false if it was cancelled or `deadline` passed. Whoever got in must
    /// `leave`.
    func enter(until deadline: Moment?) async -> Bool {
        guard hasFirst else {
            hasFirst = true
            return true
        }
        return await followers.wait(until: deadline) != nil
    }

    /// Waits, as the first, until something was given back here or `moment` has come.
    func change(until moment: Moment?) async { _ = await bell.wait(until: moment) }

    /// Something was given back: the first looks again.
    func ring() { bell.resumeAll(()) }

    /// Makes the next one the first.
    func leave() {
        if followers.isEmpty { hasFirst = false } else { followers.resumeFirst(()) }
    }
}
