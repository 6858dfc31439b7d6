extension HostLoop {
    /// Suspends the task until the loop's clock reads `deadline`; throws at once when the task is cancelled.
    @HostLoop public static func sleep(until deadline: Moment) async throws(CancellationError) {
        let timer = SharedTimer(deadline: deadline)
        let fired = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                timer.start(continuation)
            }
        } onCancel: {
            if HostLoop.isCurrent {
                timer.cancel()
            } else {
                HostLoop.task { timer.cancel() }
            }
        }
        if !fired { throw CancellationError() }
    }

    /// Suspends the task for `duration` of the loop's clock; throws at once when the task is cancelled.
    @HostLoop public static func sleep(for duration: Duration) async throws(CancellationError) {
        try await sleep(until: now + duration)
    }

    /// Lets every job that is ready run before the task goes on.
    @HostLoop public static func yield() async {
        await withUnsafeContinuation { EventLoop.shared.yielding.append($0) }
    }
}

/// A timer as its cancellation handler, which may run on any thread, sees it.
///
/// Guard of `@unchecked Sendable`: both methods are called on the loop's thread only.
private final class SharedTimer: @unchecked Sendable {
    private let timer: LoopTimer

    init(deadline: Moment) {
        timer = LoopTimer(deadline: deadline)
    }

    func start(_ continuation: UnsafeContinuation<Bool, Never>) {
        guard !timer.isCancelled else { return continuation.resume(returning: false) }
        timer.continuation = continuation
        EventLoop.shared.timers.insert(timer)
    }

    func cancel() {
        timer.isCancelled = true
        EventLoop.shared.timers.remove(timer)
        timer.finish(fired: false)
    }
}
