import Synchronization

/// What the loop takes for the time: the machine's clock, or a virtual one that only the loop moves.
final class LoopClock: Sendable {
    /// Nanoseconds since the epoch under the virtual clock; `realTime` under the real one.
    private let virtualTime = Atomic<Int64>(LoopClock.realTime)
    private static let realTime = Int64.min

    /// Readable from any thread.
    var now: Moment {
        let virtual = virtualTime.load(ordering: .acquiring)
        return virtual == Self.realTime ? SystemClock.now : Moment(nanosecondsSinceEpoch: virtual)
    }

    var isVirtual: Bool { virtualTime.load(ordering: .acquiring) != Self.realTime }

    func startVirtual(at start: Moment) {
        virtualTime.store(start.nanosecondsSinceEpoch, ordering: .releasing)
    }

    func startReal() {
        virtualTime.store(Self.realTime, ordering: .releasing)
    }

    /// Moves virtual time forward; earlier moments leave it where it is.
    func jump(to moment: Moment) {
        if isVirtual, moment > now { startVirtual(at: moment) }
    }
}
