internal import HostLoop

/// The error value a task ended with, and where.
final class TaskFailure: Sendable {
    let value: LuaReference
    let `where`: String?
    let traceback: String

    init(value: LuaReference, where place: String?, traceback: String) {
        self.value = value
        self.where = place
        self.traceback = traceback
    }
}

/// What resumes a coroutine that waited.
enum WaitAnswer {
    case values([LuaValue])
    case packed(LuaReference?, count: Int)
    case failure(LuaFailure)
    case failed(TaskFailure)
    /// The waiting task itself is cancelled: it unwinds.
    case cancelled
    /// The task it waited for was cancelled: an error like any other.
    case otherCancelled
    case exit(LuaFailure)

    init(_ outcome: LuaTask.Outcome) {
        switch outcome {
        case .results(let table, let count): self = .packed(table, count: count)
        case .failed(let failure): self = .failed(failure)
        case .cancelled, .exited: self = .otherCancelled
        }
    }
}

/// One wait of one task; whoever finishes it first decides.
@HostLoop final class LuaWait {
    let task: LuaTask
    private let onInterrupt: (@HostLoop () -> Void)?
    private var continuation: UnsafeContinuation<Void, Never>?
    private var finished: WaitAnswer?
    private var interruption: WaitAnswer?

    init(task: LuaTask, onInterrupt: (@HostLoop () -> Void)?) {
        self.task = task
        self.onInterrupt = onInterrupt
    }

    var isWaiting: Bool { finished == nil }

    func answer() async -> WaitAnswer {
        if finished == nil { await withUnsafeContinuation { continuation = $0 } }
        return interruption ?? finished!
    }

    func finish(_ answer: WaitAnswer) {
        guard finished == nil else { return }
        finished = answer
        continuation?.resume()
        continuation = nil
    }

    /// Whether the interruption will be the answer.
    @discardableResult
    func interrupt(_ answer: WaitAnswer) -> Bool {
        guard finished == nil else { return false }
        if case .cancelled = answer {
            interruption = answer
        } else if interruption == nil {
            interruption = answer
        } else {
            return false
        }
        if let onInterrupt { onInterrupt() } else { finish(answer) }
        return true
    }
}

/// First in, first out, without moving what waits.
struct TaskQueue {
    private var tasks: [LuaTask?] = []
    private var first = 0

    var isEmpty: Bool { first == tasks.count }

    mutating func append(_ task: LuaTask) { tasks.append(task) }

    mutating func popFirst() -> LuaTask? {
        guard first < tasks.count else { return nil }
        defer {
            first += 1
            if first == tasks.count {
                tasks.removeAll(keepingCapacity: tasks.count < 4096)
                first = 0
            }
        }
        defer { tasks[first] = nil }
        return tasks[first]
    }
}
