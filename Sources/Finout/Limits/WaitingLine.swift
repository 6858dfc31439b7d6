import HostLoop

/// Tasks of this process that wait for something whose end no clock tells: a place in flight, a place among the running
/// queries. First come, first served; only the first of them looks whether its turn has come.
@HostLoop final class WaitingLine {
    private let followers = WaitList<Void>()
    private let bell = WaitList<Void>()
    /// Whether somebody is the first.
    private(set) var isTaken = false
    /// How often something was given back: who looked at this count need not wait once it has changed.
    private(set) var rings: UInt64 = 0

    /// Waits until the task is the first in line; false if it was cancelled or `deadline` passed. Whoever got in must
    /// `leave`.
    func enter(until deadline: Moment?) async -> Bool {
        await followers.wait(until: deadline) {
            if isTaken { return nil }
            isTaken = true
            return ()
        } != nil
    }

    /// Waits, as the first, until something has been given back since `rings`, or `moment` has come.
    func change(since rings: UInt64, until moment: Moment?) async {
        _ = await bell.wait(until: moment) { self.rings == rings ? nil : () }
    }

    /// Something was given back: the first looks again.
    func ring() {
        rings += 1
        bell.resumeAll(())
    }

    /// Makes the next one the first.
    func leave() {
        if followers.isEmpty { isTaken = false } else { followers.resumeFirst(()) }
    }
}
