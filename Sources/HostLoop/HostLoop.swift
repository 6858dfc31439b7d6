/// The actor of everything that runs on the loop's one thread; its executor is the loop.
@globalActor public actor HostLoop {
    /// The one loop of the process.
    public static let shared = HostLoop()

    private init() {}

    /// The loop as executor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        EventLoop.shared.executor.asUnownedSerialExecutor()
    }

    /// The time of the loop's clock; from any thread.
    public nonisolated static var now: Moment { EventLoop.shared.clock.now }

    /// Whether the calling code runs on the loop's thread.
    public nonisolated static var isCurrent: Bool { EventLoop.shared.executor.isOnLoopThread }

    /// Starts an unstructured task that stays on the loop with all its child tasks.
    @discardableResult
    public nonisolated static func task<R: Sendable>(
        _ body: @escaping @HostLoop @Sendable () async -> R
    ) -> Task<R, Never> {
        Task(executorPreference: EventLoop.shared.executor) { await body() }
    }

    /// Runs `body` on the loop and drives the loop on the calling thread until it ends.
    ///
    /// Sleeps and transfers that other tasks left over are cancelled then. It is a programming error to call it while the
    /// loop has a thread.
    public nonisolated static func run<R: Sendable>(_ body: @escaping @HostLoop @Sendable () async -> R) -> R {
        let result = TaskResult<R>()
        HostLoop.task {
            let value = await body()
            await EventLoop.shared.endSession()
            result.value = value
        }
        EventLoop.shared.drive { result.value != nil }
        return result.value!
    }
}

/// Where a task on the loop leaves its result for the loop's driver.
///
/// Guard of `@unchecked Sendable`: both run on the loop's thread.
private final class TaskResult<R: Sendable>: @unchecked Sendable {
    var value: R?
}
