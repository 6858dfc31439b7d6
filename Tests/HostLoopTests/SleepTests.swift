import HostLoop
import Testing

@Suite struct SleepTests {
    @Test func `sleeping tasks wake by deadline and then by age`() async throws {
        let order = try await HostLoop.withVirtualClock {
            let log = Log()
            await withTaskGroup(of: Void.self) { group in
                for (name, seconds) in [("c", 30), ("a", 10), ("d", 30), ("b", 20), ("e", 30)] {
                    group.addTask { await log.append(name, after: .seconds(seconds)) }
                }
            }
            return log.lines
        }
        #expect(order == ["a", "b", "c", "d", "e"])
    }

    @Test func `a day of sleeping takes no time and arrives to the nanosecond`() async throws {
        let (passed, real) = try await HostLoop.withVirtualClock {
            // Measured within: others may have the loop before.
            let (start, began) = (HostLoop.now, ContinuousClock.now)
            for _ in 0..<1440 { try await HostLoop.sleep(for: .seconds(60)) }
            return (HostLoop.now - start, ContinuousClock.now - began)
        }
        #expect(passed == .seconds(86_400))
        #expect(real < .seconds(60))
    }

    @Test func `each virtual clock starts at its own moment`() async throws {
        let first = try await HostLoop.withVirtualClock {
            try await HostLoop.sleep(for: .seconds(3600))
            return HostLoop.now
        }
        #expect(first.description == "2026-11-20T08:00:00Z")
        let second = try await HostLoop.withVirtualClock { HostLoop.now }
        #expect(second.description == "2026-11-20T07:00:00Z")
        let third = try await HostLoop.withVirtualClock(from: Moment(millisecondsSinceEpoch: 0)) { HostLoop.now }
        #expect(third.description == "1970-01-01T00:00:00Z")
    }

    @Test func `a cancelled sleep throws at once and leaves no timer behind`() async throws {
        let (passed, cancelled) = try await HostLoop.withVirtualClock {
            let start = HostLoop.now
            let sleeper = HostLoop.task { () -> Bool in
                do {
                    try await HostLoop.sleep(for: .seconds(1_000_000))
                    return false
                } catch {
                    return true
                }
            }
            await HostLoop.yield()
            sleeper.cancel()
            let cancelled = await sleeper.value
            // Were the timer still there, time would jump to it first.
            try await HostLoop.sleep(for: .seconds(1))
            return (HostLoop.now - start, cancelled)
        }
        #expect(cancelled)
        #expect(passed == .seconds(1))
    }

    @Test func `a task cancelled beforehand does not sleep`() async throws {
        let passed = try await HostLoop.withVirtualClock {
            let start = HostLoop.now
            let sleeper = HostLoop.task { () -> Duration in
                await HostLoop.yield()
                do { try await HostLoop.sleep(for: .seconds(5)) } catch { return HostLoop.now - start }
                return .seconds(5)
            }
            sleeper.cancel()
            return await sleeper.value
        }
        #expect(passed == .zero)
    }

    @Test func `a sleep can be cancelled from another thread`() async throws {
        try await HostLoop.withRealClock {
            let sleeper = HostLoop.task { () -> Bool in
                do { try await HostLoop.sleep(for: .seconds(1_000_000)) } catch { return true }
                return false
            }
            await HostLoop.yield()
            await Task.detached { sleeper.cancel() }.value
            #expect(await sleeper.value)
        }
    }

    @Test func `under the real clock a sleep lasts as long as it says`() async throws {
        let clock = ContinuousClock()
        let passed = try await HostLoop.withRealClock {
            let began = clock.now
            try await HostLoop.sleep(for: .milliseconds(30))
            return clock.now - began
        }
        #expect(passed >= .milliseconds(30))
    }

    @Test func `sleeps left over at the end are cancelled`() async throws {
        let left = try await HostLoop.withVirtualClock {
            HostLoop.task { () -> Bool in
                do { try await HostLoop.sleep(for: .seconds(10)) } catch { return true }
                return false
            }
        }
        #expect(await left.value)
    }
}

/// What happened, in order.
@HostLoop private final class Log {
    private(set) var lines: [String] = []

    func append(_ line: String, after duration: Duration) async {
        try? await HostLoop.sleep(for: duration)
        lines.append(line)
    }
}
