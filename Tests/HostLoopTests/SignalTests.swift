import Glibc
import HostLoop
import Testing

@Suite struct SignalTests {
    @Test func `each delivery of a signal runs the action once, on the loop`() async {
        await #expect(processExitsWith: .success) {
            unblock(SIGUSR1)
            HostLoop.run {
                let arrivals = AsyncStream.makeStream(of: Bool.self)
                HostLoop.onSignal(SIGUSR1) { arrivals.continuation.yield(false) }
                HostLoop.onSignal(SIGUSR1) { arrivals.continuation.yield(HostLoop.isCurrent) }
                // While this job runs the loop cannot look: both deliveries are kept.
                raise(SIGUSR1)
                raise(SIGUSR1)
                var iterator = arrivals.stream.makeAsyncIterator()
                for _ in 0..<2 {
                    let isOnLoop = await iterator.next()
                    precondition(isOnLoop == true)
                }
                // From another thread, and while the loop waits for nothing else.
                startThread { kill(getpid(), SIGUSR1) }
                let isOnLoop = await iterator.next()
                precondition(isOnLoop == true)
            }
        }
    }

    @Test func `after the run a signal has its former effect`() async {
        await #expect(processExitsWith: .signal(SIGUSR2)) {
            HostLoop.run { HostLoop.onSignal(SIGUSR2) {} }
            unblock(SIGUSR2)
            raise(SIGUSR2)
        }
    }
}

/// Threads of the pool that tests run on let no signal through.
private func unblock(_ number: Int32) {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
}
