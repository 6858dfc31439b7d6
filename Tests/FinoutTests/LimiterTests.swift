import Finout
import HostLoop
import StateStore
import Testing

/// What tasks noted, in the order they did.
@HostLoop private final class Notes {
    var texts: [String] = []
    var waits: [LimiterWait] = []
}

extension AccountLimiter {
    /// The limiter of a process that shares its state with nobody.
    static func alone(_ settings: LimitSettings = LimitSettings()) -> AccountLimiter {
        AccountLimiter(settings, ledger: RateLedger(StateStore(), account: "an account"))
    }
}

struct LimiterTests {
    @HostLoop private static func reserve(
        _ limiter: AccountLimiter, _ route: Route = RouteTable.status, deadline: Moment? = nil
    ) async throws(FinoutError) -> Reservation {
        try await limiter.reserve(route, deadline: deadline, waiting: { _ in })
    }

    @Test func `waiting requests go in the order they came, and the wait is named and measured`() async throws {
        try await HostLoop.withVirtualClock {
            var settings = LimitSettings()
            settings.routes["status"] = RateLimit(1, per: .seconds(60))
            let limiter = AccountLimiter.alone(settings)
            limiter.finish(try await Self.reserve(limiter))
            let start = HostLoop.now
            let notes = Notes()
            var tasks: [Task<Duration?, Never>] = []
            for number in 1...3 {
                tasks.append(
                    HostLoop.task {
                        let reservation = try? await limiter.reserve(
                            RouteTable.status, deadline: nil, waiting: { notes.waits.append($0) })
                        notes.texts.append("\(number)")
                        if let reservation { limiter.finish(reservation) }
                        return reservation?.waits["status"]
                    })
                await HostLoop.yield()
            }
            let third = await tasks[2].value
            #expect(notes.texts == ["1", "2", "3"])
            #expect(HostLoop.now - start >= .seconds(180) && HostLoop.now - start < .seconds(181))
            #expect(third == HostLoop.now - start)
            #expect(notes.waits.allSatisfy { $0.limiter == "status" && $0.until != nil } && notes.waits.count == 3)
        }
    }

    @Test func `a cancelled wait gives its turn to the next`() async throws {
        try await HostLoop.withVirtualClock {
            var settings = LimitSettings()
            settings.inFlight = 1
            let limiter = AccountLimiter.alone(settings)
            let first = try await Self.reserve(limiter)
            let second = HostLoop.task {
                await FinoutError.of { () async throws(FinoutError) in try await Self.reserve(limiter) }
            }
            await HostLoop.yield()
            let third = HostLoop.task {
                await FinoutError.of { () async throws(FinoutError) in try await Self.reserve(limiter) }
            }
            await HostLoop.yield()
            second.cancel()
            #expect(await second.value?.code == .cancelled)
            limiter.finish(first)
            #expect(await third.value == nil)
            #expect(try limiter.status().first { $0.name == "status" }?.used == 2, "the cancelled one holds no slot")
        }
    }

    @Test func `who waits for a place in flight is not overtaken by who gives one back and wants another`() async throws
    {
        try await HostLoop.withVirtualClock {
            var settings = LimitSettings()
            settings.inFlight = 1
            let limiter = AccountLimiter.alone(settings)
            let notes = Notes()
            let greedy = HostLoop.task {
                for _ in 0..<20 {
                    guard let reservation = try? await Self.reserve(limiter) else { return }
                    notes.texts.append("again")
                    try? await HostLoop.sleep(for: .milliseconds(40))
                    limiter.finish(reservation)
                }
            }
            try await HostLoop.sleep(for: .milliseconds(10))
            for _ in 0..<2 {
                HostLoop.task {
                    guard let reservation = try? await Self.reserve(limiter, RouteTable.results) else { return }
                    notes.texts.append("patient")
                    limiter.finish(reservation)
                }
            }
            await greedy.value
            #expect(notes.texts.prefix(5).count { $0 == "patient" } == 2, "\(notes.texts)")
        }
    }

    @Test func `a wait beyond the deadline fails at once with the time to come back`() async throws {
        try await HostLoop.withVirtualClock {
            var settings = LimitSettings()
            settings.routes["status"] = RateLimit(1, per: .seconds(60))
            let limiter = AccountLimiter.alone(settings)
            limiter.finish(try await Self.reserve(limiter))
            let start = HostLoop.now
            let error = await FinoutError.of { () async throws(FinoutError) in
                try await Self.reserve(limiter, deadline: start + .seconds(30))
            }
            #expect(error?.code == .rateLimited)
            #expect(error?.comeBackAt.map { $0 >= start + .seconds(60) } == true)
            #expect(HostLoop.now == start)
        }
    }

    @Test func `a deadline ends a wait for a place`() async throws {
        try await HostLoop.withVirtualClock {
            var settings = LimitSettings()
            settings.runningQueries = 1
            let limiter = AccountLimiter.alone(settings)
            _ = try await limiter.reserveRunning(deadline: nil, waiting: { _ in })
            let start = HostLoop.now
            let error = await FinoutError.of { () async throws(FinoutError) in
                try await limiter.reserveRunning(deadline: start + .seconds(30), waiting: { _ in })
            }
            #expect(error?.code == .deadline)
            #expect(HostLoop.now == start + .seconds(30))
        }
    }

    @Test func `who waits behind others goes sooner when they give up`() async throws {
        try await inState { path in
            var settings = LimitSettings()
            settings.routes["status"] = RateLimit(1, per: .seconds(60))
            @HostLoop func limiter() throws -> AccountLimiter {
                AccountLimiter(
                    settings, ledger: RateLedger(try StateStore(path: path, label: ""), account: "an account"))
            }
            let (crowd, one) = (try limiter(), try limiter())
            crowd.finish(try await Self.reserve(crowd))
            let start = HostLoop.now
            let others = (0..<5).map { _ in HostLoop.task { _ = try? await Self.reserve(crowd) } }
            for _ in 0..<3 { await HostLoop.yield() }
            let last = HostLoop.task {
                let reservation = try? await one.reserve(
                    RouteTable.status, deadline: start + .seconds(3600), waiting: { _ in })
                return reservation?.waits["status"]
            }
            for _ in 0..<3 { await HostLoop.yield() }
            for other in others { other.cancel() }
            let waited = await last.value
            #expect(HostLoop.now - start >= .seconds(60) && HostLoop.now - start <= .seconds(185))
            #expect(waited == HostLoop.now - start)
        }
    }

    @Test func `a pause holds the route for every task and no other route`() async throws {
        try await HostLoop.withVirtualClock {
            let limiter = AccountLimiter.alone()
            let start = HostLoop.now
            limiter.pause(RouteTable.status, until: start + .seconds(20))
            limiter.finish(try await Self.reserve(limiter, RouteTable.results))
            #expect(HostLoop.now == start)
            limiter.finish(try await Self.reserve(limiter))
            #expect(HostLoop.now == start + .seconds(20))
        }
    }

    @Test func `a pause holds those too who have their slot and wait for a place in flight`() async throws {
        try await HostLoop.withVirtualClock {
            var settings = LimitSettings()
            settings.inFlight = 1
            let limiter = AccountLimiter.alone(settings)
            let start = HostLoop.now
            let first = try await Self.reserve(limiter)
            let second = HostLoop.task {
                let reservation = try? await Self.reserve(limiter)
                if let reservation { limiter.finish(reservation) }
                return HostLoop.now
            }
            await HostLoop.yield()
            limiter.finish(first)
            limiter.pause(RouteTable.status, until: start + .seconds(20))
            #expect(await second.value == start + .seconds(20))
            #expect(try limiter.status().first { $0.name == "in flight" }?.used == 0)
            #expect(try limiter.status().first { $0.name == "status" }?.used == 2)
        }
    }

    @Test func `who was first in line for a place in flight and has to wait for its route lets the others by`()
        async throws
    {
        try await HostLoop.withVirtualClock {
            var settings = LimitSettings()
            settings.inFlight = 1
            let limiter = AccountLimiter.alone(settings)
            let start = HostLoop.now
            let first = try await Self.reserve(limiter)
            let waiting = [RouteTable.submit, RouteTable.results].map { route in
                HostLoop.task {
                    if let reservation = try? await Self.reserve(limiter, route) { limiter.finish(reservation) }
                    return HostLoop.now
                }
            }
            await HostLoop.yield()
            limiter.pause(RouteTable.submit, until: start + .seconds(600))
            limiter.finish(first)
            #expect(await waiting[1].value == start)
            #expect(await waiting[0].value == start + .seconds(600))
        }
    }

    @Test func `the day's submissions end at the limit and begin again at midnight UTC`() async throws {
        try await HostLoop.withVirtualClock(from: day("2026-11-20").start + .seconds(86_000)) {
            var settings = LimitSettings()
            settings.dailySubmissions = 2
            let limiter = AccountLimiter.alone(settings)
            for _ in 0..<2 { limiter.finish(try await Self.reserve(limiter, RouteTable.submit)) }
            let error = await FinoutError.of { () async throws(FinoutError) in
                try await Self.reserve(limiter, RouteTable.submit)
            }
            #expect(error?.code == .quotaExhausted)
            #expect(error?.comeBackAt == day("2026-11-21").start)
            #expect(try limiter.status().first { $0.name == "submissions today" }?.freeAt == day("2026-11-21").start)
            try await HostLoop.sleep(until: day("2026-11-21").start)
            limiter.finish(try await Self.reserve(limiter, RouteTable.submit))
            #expect(try limiter.status().first { $0.name == "submissions today" }?.used == 1)
        }
    }

    @Test func `a place that is held frees itself`() async throws {
        try await HostLoop.withVirtualClock {
            var settings = LimitSettings()
            settings.runningQueries = 1
            let limiter = AccountLimiter.alone(settings)
            let start = HostLoop.now
            let place = try await limiter.reserveRunning(deadline: nil, waiting: { _ in })
            limiter.finishRunning(place, hold: .seconds(600))
            _ = try await limiter.reserveRunning(deadline: nil, waiting: { _ in })
            #expect(HostLoop.now == start + .seconds(600))
        }
    }
}
