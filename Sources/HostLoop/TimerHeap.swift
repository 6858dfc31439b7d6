/// A sleeping task, in the heap from `insert` until it fires or is cancelled.
final class LoopTimer {
    let deadline: Moment
    fileprivate(set) var order: UInt64 = 0
    /// Its place in the heap; nil outside.
    fileprivate var index: Int?
    var isCancelled = false
    /// Resumed with true when the time has come, with false when cancelled.
    var continuation: UnsafeContinuation<Bool, Never>?

    init(deadline: Moment) {
        self.deadline = deadline
    }

    func finish(fired: Bool) {
        continuation.take()?.resume(returning: fired)
    }
}

/// Timers by deadline, then by age: a binary heap in which each timer knows its place, so that removal leaves nothing behind.
struct TimerHeap {
    private var timers: [LoopTimer] = []
    private var nextOrder: UInt64 = 0

    var first: LoopTimer? { timers.first }
    var isEmpty: Bool { timers.isEmpty }
    var count: Int { timers.count }

    mutating func insert(_ timer: LoopTimer) {
        timer.order = nextOrder
        nextOrder += 1
        timer.index = timers.count
        timers.append(timer)
        siftUp(timers.count - 1)
    }

    mutating func removeFirst(dueAt now: Moment) -> LoopTimer? {
        guard let first = timers.first, first.deadline <= now else { return nil }
        remove(first)
        return first
    }

    mutating func remove(_ timer: LoopTimer) {
        guard let index = timer.index else { return }
        timer.index = nil
        let last = timers.removeLast()
        guard last !== timer else { return }
        timers[index] = last
        last.index = index
        siftUp(index)
        siftDown(index)
    }

    private func isBefore(_ left: LoopTimer, _ right: LoopTimer) -> Bool {
        (left.deadline, left.order) < (right.deadline, right.order)
    }

    private mutating func swap(_ left: Int, _ right: Int) {
        timers.swapAt(left, right)
        timers[left].index = left
        timers[right].index = right
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(timers[child], timers[parent]) else { return }
            swap(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < timers.count {
                if isBefore(timers[child], timers[smallest]) { smallest = child }
            }
            guard smallest != parent else { return }
            swap(parent, smallest)
            parent = smallest
        }
    }
}
