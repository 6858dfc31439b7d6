import Glibc
import HostLoop
import Synchronization
import Testing

@Suite struct ExecutorTests {
    @Test func `the body, its child tasks and the functions they call stay on the loop's thread`() async throws {
        let places = try await HostLoop.withRealClock {
            var places = [HostLoop.isCurrent]
            places += await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<10 { group.addTask { await nonisolatedPlace() } }
                for _ in 0..<10 { group.addTask { await isolatedPlace() } }
                var places: [Bool] = []
                for await place in group { places.append(place) }
                return places
            }
            async let child = nonisolatedPlace()
            places.append(await child)
            places.append(await HostLoop.task { await nonisolatedPlace() }.value)
            return places
        }
        #expect(places == [Bool](repeating: true, count: 23))
        #expect(!HostLoop.isCurrent)
    }

    @Test func `the loop knows that it isolates its own code`() async throws {
        try await HostLoop.withRealClock {
            HostLoop.shared.assertIsolated()
            #expect(synchronousPlace() == "loop")
        }
    }

    @Test func `claiming to be on the loop elsewhere ends the process`() async {
        await #expect(processExitsWith: .failure) {
            HostLoop.shared.preconditionIsolated("not here")
        }
    }

    @Test func `jobs from other threads wake the loop and all run on it`() async throws {
        let total = try await HostLoop.withRealClock {
            let counter = Counter()
            for _ in 0..<8 {
                startThread {
                    for _ in 0..<1000 { HostLoop.task { counter.add(HostLoop.isCurrent ? 1 : 1_000_000) } }
                }
            }
            return await counter.reach(8000)
        }
        #expect(total == 8000)
    }

    @Test func `bodies run one at a time, first come first served`() async throws {
        let log = SharedLog()
        let tasks = (0..<20).map { number in
            // An immediate task has asked for the loop before the next one is started.
            Task.immediate {
                try await HostLoop.withVirtualClock {
                    log.append("\(number) begins")
                    try await HostLoop.sleep(for: .seconds(60))
                    log.append("\(number) ends")
                }
            }
        }
        for task in tasks { try await task.value }
        #expect(log.lines == (0..<20).flatMap { ["\($0) begins", "\($0) ends"] })
    }

    @Test func `an error of the body reaches the caller and the next body runs`() async throws {
        await #expect(throws: Failure.self) { try await HostLoop.withVirtualClock { throw Failure() } }
        #expect(try await HostLoop.withVirtualClock { 5 } == 5)
    }

    @Test func `cancelling the caller cancels the body`() async throws {
        let began = AsyncStream.makeStream(of: Void.self)
        let caller = Task {
            try await HostLoop.withRealClock {
                began.continuation.yield()
                try await HostLoop.sleep(for: .seconds(1_000_000))
            }
        }
        for await _ in began.stream { break }
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
    }

    @Test func `an idle loop uses no processor time`() async throws {
        try await ScriptedServer.with({ _ in [.hold] }) { server in
            let used = try await HostLoop.withRealClock {
                let transfer = HostLoop.task { try? await HTTPClient().send(HTTPRequest(url: server.address)).status }
                while server.requests.isEmpty { try await HostLoop.sleep(for: .milliseconds(1)) }
                let before = threadMicroseconds()
                try await HostLoop.sleep(for: .milliseconds(200))
                let used = threadMicroseconds() - before
                transfer.cancel()
                return used
            }
            #expect(used < 10_000, "microseconds of 200,000")
        }
    }

    @Test func `run drives the loop on the calling thread, cleans up, and may be called again`() async {
        await #expect(processExitsWith: .success) {
            let thread = pthread_self()
            for round in 1...3 {
                let left = Mutex<Task<Bool, Never>?>(nil)
                let result = HostLoop.run { () -> Int in
                    precondition(pthread_equal(pthread_self(), thread) != 0 && HostLoop.isCurrent)
                    left.withLock { left in
                        left = HostLoop.task {
                            do { try await HostLoop.sleep(for: .seconds(1_000_000)) } catch { return true }
                            return false
                        }
                    }
                    try? await HostLoop.sleep(for: .milliseconds(1))
                    return round
                }
                precondition(result == round && !HostLoop.isCurrent)
                let wasCancelled = await left.withLock { $0! }.value
                precondition(wasCancelled)
            }
        }
    }
}

private struct Failure: Error {}

private final class SharedLog: Sendable {
    private let stored = Mutex<[String]>([])
    var lines: [String] { stored.withLock { $0 } }

    func append(_ line: String) {
        stored.withLock { $0.append(line) }
    }
}

@HostLoop private final class Counter {
    private var count = 0
    private var goal = Int.max
    private var waiting: CheckedContinuation<Int, Never>?

    nonisolated init() {}

    func add(_ amount: Int) {
        count += amount
        if count >= goal { waiting.take()?.resume(returning: count) }
    }

    func reach(_ goal: Int) async -> Int {
        guard count < goal else { return count }
        self.goal = goal
        return await withCheckedContinuation { waiting = $0 }
    }
}

private func nonisolatedPlace() async -> Bool { HostLoop.isCurrent }

@HostLoop private func isolatedPlace() async -> Bool { HostLoop.isCurrent }

private func synchronousPlace() -> String {
    HostLoop.shared.assumeIsolated { _ in "loop" }
}

private func threadMicroseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
}
