import Glibc

extension HostLoop {
    /// Runs `body` on the loop under a fresh virtual clock, after whoever asked earlier.
    ///
    /// Time stands still while a job is ready or a transfer is open and jumps to the next timer otherwise. Sleeps and
    /// transfers left over at the end are cancelled. The loop runs on a thread of its own. It is a programming error to
    /// call it from such a body, or in a process that uses `run`.
    public nonisolated static func withVirtualClock<R: Sendable>(
        from start: Moment = Moment(nanosecondsSinceEpoch: 1_795_158_000_000_000_000),
        _ body: @escaping @HostLoop @Sendable () async throws -> R
    ) async throws -> R {
        try await withClock(virtualFrom: start, body)
    }

    /// Runs `body` on the loop under the machine's clock; otherwise as `withVirtualClock`.
    public nonisolated static func withRealClock<R: Sendable>(
        _ body: @escaping @HostLoop @Sendable () async throws -> R
    ) async throws -> R {
        try await withClock(virtualFrom: nil, body)
    }

    @TaskLocal private static var isInSession = false

    private nonisolated static func withClock<R: Sendable>(
        virtualFrom start: Moment?, _ body: @escaping @HostLoop @Sendable () async throws -> R
    ) async throws -> R {
        precondition(!isInSession, "the loop has one clock at a time: a body cannot ask for another")
        _ = EventLoop.ownThread
        let task = Task(executorPreference: EventLoop.shared.executor) {
            try await session(virtualFrom: start, body)
        }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    @HostLoop private static func session<R: Sendable>(
        virtualFrom start: Moment?, _ body: @escaping @HostLoop @Sendable () async throws -> R
    ) async throws -> R {
        let loop = EventLoop.shared
        await loop.sessions.waitForTurn()
        if let start { loop.clock.startVirtual(at: start) }
        let result: Result<R, any Error>
        do {
            result = .success(try await $isInSession.withValue(true) { try await body() })
        } catch {
            result = .failure(error)
        }
        await loop.endSession()
        loop.sessions.passTurn()
        return try result.get()
    }
}

/// Whose turn on the loop it is, first come first served.
@HostLoop final class SessionQueue {
    private var isTaken = false
    private var waiting: [UnsafeContinuation<Void, Never>] = []

    nonisolated init() {}

    func waitForTurn() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withUnsafeContinuation { waiting.append($0) }
    }

    func passTurn() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}

extension EventLoop {
    /// Cancels what is left over, lets its tasks end, and goes back to the machine's clock.
    ///
    /// A task that begins anew each time it is cancelled is left alone after 100 rounds.
    @HostLoop func endSession() async {
        for _ in 0..<100 {
            while let timer = timers.first {
                timers.remove(timer)
                timer.finish(fired: false)
            }
            transfers.cancelAll()
            await HostLoop.yield()
            if timers.isEmpty && transfers.isEmpty && !executor.hasReadyJobs { break }
        }
        transfers.closeConnections()
        unwatchSignals()
        clock.startReal()
    }

    /// A thread that drives the loop as long as the process lives, started when first asked for.
    static let ownThread: pthread_t = {
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { _ in
                EventLoop.shared.drive { false }
                return nil
            }, nil)
        precondition(failure == 0, "no thread is left for the loop")
        return thread
    }()
}
