import HostLoop
import StateStore
import Testing

/// Two stores on one file are two processes, as far as the state can see.
struct RateLedgerTests {
    private static let rules = RateLedger.Rules(
        route: "status", limit: 2, window: .seconds(60), inFlight: 5, daily: nil)

    @HostLoop private static func ledger(_ path: String) throws -> RateLedger {
        RateLedger(try StateStore(path: path, label: "a test"), account: "an account")
    }

    @HostLoop private static func slot(_ turn: RateLedger.Turn) throws -> Int64 {
        guard case .go(let slot) = turn else { throw Unexpected(turn: turn) }
        return slot
    }

    private struct Unexpected: Error { let turn: RateLedger.Turn }

    @Test func `two processes share the slots of a route, first come first served`() async throws {
        try await inState { path in
            let (one, two) = (try Self.ledger(path), try Self.ledger(path))
            let now = HostLoop.now
            for ledger in [one, two] {
                let slot = try Self.slot(try ledger.ask(Self.rules, ticket: nil, now: now))
                try ledger.finish(slot, begunOn: nil, now: now)
            }
            let free = now + .seconds(60) + SlotPolicy.margin
            guard case .wait(let first, let until) = try one.ask(Self.rules, ticket: nil, now: now),
                case .wait(let second, let later) = try two.ask(Self.rules, ticket: nil, now: now),
                case .wait(_, let last) = try one.ask(Self.rules, ticket: nil, now: now)
            else { return #expect(Bool(false), "there is no slot left") }
            #expect(until == free && later == free && last == free + .seconds(60) + SlotPolicy.margin)
            _ = try Self.slot(try two.ask(Self.rules, ticket: second, now: free))
            _ = try Self.slot(try one.ask(Self.rules, ticket: first, now: free))
            #expect(try one.usage(Self.rules, now: free) == two.usage(Self.rules, now: free))
        }
    }

    @Test func `an account's slots are not another's`() async throws {
        try await inState { path in
            let store = try StateStore(path: path, label: "")
            let now = HostLoop.now
            for account in ["a", "b"] {
                for _ in 0..<2 {
                    _ = try Self.slot(
                        try RateLedger(store, account: account).ask(Self.rules, ticket: nil, now: now))
                }
            }
        }
    }

    @Test func `places in flight count over all routes and processes`() async throws {
        try await inState { path in
            let (one, two) = (try Self.ledger(path), try Self.ledger(path))
            let now = HostLoop.now
            var rules = Self.rules
            rules.inFlight = 1
            let slot = try Self.slot(try one.ask(rules, ticket: nil, now: now))
            rules.route = "results"
            guard case .full(let ticket, let isOwn) = try two.ask(rules, ticket: nil, now: now) else {
                return #expect(Bool(false), "the only place is taken")
            }
            #expect(!isOwn)
            try one.finish(slot, begunOn: nil, now: now)
            _ = try Self.slot(try two.ask(rules, ticket: ticket, now: now))
        }
    }

    @Test func `a pause holds every process`() async throws {
        try await inState { path in
            let (one, two) = (try Self.ledger(path), try Self.ledger(path))
            let now = HostLoop.now
            try one.pause("status", until: now + .seconds(20))
            try one.pause("status", until: now + .seconds(10))
            guard case .wait(let ticket, let until) = try two.ask(Self.rules, ticket: nil, now: now) else {
                return #expect(Bool(false), "the route is paused")
            }
            #expect(until == now + .seconds(20))
            _ = try Self.slot(try two.ask(Self.rules, ticket: ticket, now: until))
        }
    }

    @Test func `the day's budget is one for all processes, and ends at midnight UTC`() async throws {
        try await inState { path in
            let (one, two) = (try Self.ledger(path), try Self.ledger(path))
            var rules = Self.rules
            rules.daily = 2
            let now = HostLoop.now
            for ledger in [one, two] {
                try ledger.finish(
                    try Self.slot(try ledger.ask(rules, ticket: nil, now: now)), begunOn: now.day, now: now)
            }
            #expect(try one.ask(rules, ticket: nil, now: now + .seconds(61)) == .dayIsUsedUp)
            #expect(try one.submissions(on: now.day) == 2)
            let midnight = (now.day + 1).start
            let slot = try Self.slot(try two.ask(rules, ticket: nil, now: midnight))
            try two.finish(slot, begunOn: midnight.day, now: midnight)
            #expect(try one.submissions(on: midnight.day) == 1)
        }
    }

    @Test func `a slot that is given back leaves neither the route nor the day with less`() async throws {
        try await inState { path in
            let ledger = try Self.ledger(path)
            var rules = Self.rules
            rules.daily = 1
            let now = HostLoop.now
            for _ in 0..<5 {
                try ledger.giveBack(try Self.slot(try ledger.ask(rules, ticket: nil, now: now)), begunOn: now.day)
            }
            #expect(try ledger.submissions(on: now.day) == 0 && ledger.usage(rules, now: now).used == 0)
        }
    }

    @Test func `a submission over midnight counts for both days`() async throws {
        try await inState { path in
            let ledger = try Self.ledger(path)
            var rules = Self.rules
            rules.daily = 10
            let before = (HostLoop.now.day + 1).start - .seconds(1)
            let slot = try Self.slot(try ledger.ask(rules, ticket: nil, now: before))
            try ledger.finish(slot, begunOn: before.day, now: before + .seconds(2))
            #expect(try ledger.submissions(on: before.day) == 1)
            #expect(try ledger.submissions(on: before.day + 1) == 1)
        }
    }

    @Test func `a process that died holds its slots for the window and nothing else`() async throws {
        try await inState { path in
            let living = try Self.ledger(path)
            let now = HostLoop.now
            var dead: RateLedger? = try Self.ledger(path)
            for _ in 0..<2 { _ = try Self.slot(try dead!.ask(Self.rules, ticket: nil, now: now)) }
            guard case .wait = try dead!.ask(Self.rules, ticket: nil, now: now) else {
                return #expect(Bool(false), "there is no slot left")
            }
            _ = try Self.slot(try dead!.askRunning(limit: 1, hold: .seconds(600), ticket: nil, now: now))
            dead = nil
            let later = now + .seconds(5)
            guard case .wait(let ticket, let until) = try living.ask(Self.rules, ticket: nil, now: later) else {
                return #expect(Bool(false), "its slots count for the window")
            }
            #expect(until == later + .seconds(60) + SlotPolicy.margin)
            #expect(try living.inFlightUsage(now: later).used == 0)
            #expect(try living.usage(Self.rules, now: later).waiting == 1, "only the living one waits")
            guard
                case .wait(_, let free) = try living.askRunning(limit: 1, hold: .seconds(600), ticket: nil, now: later)
            else { return #expect(Bool(false), "its query may run yet") }
            #expect(free == later + .seconds(600))
            _ = try Self.slot(try living.ask(Self.rules, ticket: ticket, now: until))
        }
    }

    @Test func `what the service counts and the ledger does not know of is held too`() async throws {
        try await inState { path in
            let ledger = try Self.ledger(path)
            let now = HostLoop.now
            _ = try Self.slot(try ledger.ask(Self.rules, ticket: nil, now: now))
            for _ in 0..<2 { try ledger.observe(Self.rules, used: 2, now: now + .seconds(1)) }
            let usage = try ledger.usage(Self.rules, now: now + .seconds(1))
            #expect(usage.used == 2 && usage.waiting == 0)
            #expect(usage.freeAt == now + .seconds(61) + SlotPolicy.margin)
        }
    }

    @Test func `places of running queries pass on in the order they were asked for`() async throws {
        try await inState { path in
            let (one, two) = (try Self.ledger(path), try Self.ledger(path))
            let now = HostLoop.now
            let place = try Self.slot(try one.askRunning(limit: 1, hold: .zero, ticket: nil, now: now))
            guard case .full(let first, _) = try two.askRunning(limit: 1, hold: .zero, ticket: nil, now: now),
                case .full(let second, _) = try one.askRunning(limit: 1, hold: .zero, ticket: nil, now: now)
            else { return #expect(Bool(false), "the only place is taken") }
            try one.finishRunning(place, hold: .zero, now: now)
            guard case .full = try one.askRunning(limit: 1, hold: .zero, ticket: second, now: now) else {
                return #expect(Bool(false), "another came first")
            }
            _ = try Self.slot(try two.askRunning(limit: 1, hold: .zero, ticket: first, now: now))
        }
    }

    @Test func `a query of a dead process is taken over with its place`() async throws {
        try await inState { path in
            let living = try Self.ledger(path)
            let now = HostLoop.now
            var dead: RateLedger? = try Self.ledger(path)
            let place = try Self.slot(try dead!.askRunning(limit: 5, hold: .seconds(600), ticket: nil, now: now))
            try dead!.note(query: "q_1", kind: "k", submitted: now, in: place)
            #expect(try living.runningQueries().map(\.isOwn) == [false])
            dead = nil
            try living.store.forgetDeadProcesses(now: now)
            #expect(try living.runningQueries().isEmpty && living.runningUsage(limit: 1, now: now).used == 1)
            let adopted = try living.adoptRunning(
                query: "q_1", kind: "k", submitted: now, hold: .seconds(600), now: now)
            #expect(adopted == place)
            #expect(try living.runningQueries().map(\.query) == ["q_1"])
            try living.finishRunning(adopted, hold: .zero, now: now)
            #expect(try living.runningUsage(limit: 1, now: now).used == 0)
        }
    }

    @Test func `a clock that was set back holds nobody for longer than it would have`() async throws {
        try await inState { path in
            let (before, after) = (try Self.ledger(path), try Self.ledger(path))
            let now = HostLoop.now
            for _ in 0..<2 {
                try before.finish(
                    try Self.slot(try before.ask(Self.rules, ticket: nil, now: now)), begunOn: nil, now: now)
            }
            let place = try Self.slot(try before.askRunning(limit: 1, hold: .seconds(600), ticket: nil, now: now))
            try before.finishRunning(place, hold: .seconds(600), now: now)
            let back = now - .seconds(7200)
            guard case .wait(let ticket, let until) = try after.ask(Self.rules, ticket: nil, now: back),
                case .wait(let other, let free) = try after.askRunning(
                    limit: 1, hold: .seconds(600), ticket: nil, now: back)
            else { return #expect(Bool(false), "nothing is free yet") }
            #expect(until == back + .seconds(60) + SlotPolicy.margin && free == back + .seconds(600))
            _ = try Self.slot(try after.ask(Self.rules, ticket: ticket, now: until))
            _ = try Self.slot(try after.askRunning(limit: 1, hold: .seconds(600), ticket: other, now: free))
        }
    }

    @Test func `a process that is stopped does not keep its places for ever`() async throws {
        try await inState { path in
            let (stopped, living) = (try Self.ledger(path), try Self.ledger(path))
            let now = HostLoop.now
            var rules = Self.rules
            rules.inFlight = 1
            let slot = try Self.slot(try stopped.ask(rules, ticket: nil, now: now))
            let place = try Self.slot(try stopped.askRunning(limit: 1, hold: .seconds(600), ticket: nil, now: now))

            let soon = now + SlotPolicy.longestExchange - .seconds(2)
            guard case .full(let ticket, _) = try living.ask(rules, ticket: nil, now: soon) else {
                return #expect(Bool(false), "its request may be on its way yet")
            }
            let later = now + SlotPolicy.longestExchange
            _ = try Self.slot(try living.ask(rules, ticket: ticket, now: later))
            #expect(try living.usage(rules, now: later).used == 2, "the service may have counted it just now")

            guard
                case .full(let second, _) = try living.askRunning(
                    limit: 1, hold: .seconds(600), ticket: nil, now: now + SlotPolicy.longestQuery - .seconds(2))
            else { return #expect(Bool(false), "its query may run yet") }
            _ = try Self.slot(
                try living.askRunning(limit: 1, hold: .seconds(600), ticket: second, now: now + SlotPolicy.longestQuery)
            )

            // It goes on: nothing of others' is taken away by it.
            try stopped.finish(slot, begunOn: nil, now: now + SlotPolicy.longestQuery)
            try stopped.finishRunning(place, hold: .zero, now: now + SlotPolicy.longestQuery)
            #expect(try living.runningUsage(limit: 1, now: now + SlotPolicy.longestQuery).used == 1)
        }
    }

    @Test func `who holds what is told by process`() async throws {
        try await inState { path in
            let (one, two) = (try Self.ledger(path), try Self.ledger(path))
            let now = HostLoop.now
            let slot = try Self.slot(try one.ask(Self.rules, ticket: nil, now: now))
            try one.finish(slot, begunOn: nil, now: now)
            _ = try Self.slot(try one.ask(Self.rules, ticket: nil, now: now))
            _ = try two.ask(Self.rules, ticket: nil, now: now)
            let holders = try one.holders(now: now)
            #expect(holders.map(\.slots) == [["status": 2], [:]])
            #expect(holders.map(\.waiting) == [[:], ["status": 1]])
            #expect(holders.map(\.inFlight) == [1, 0])
        }
    }

    @Test func `the last durations of a kind are kept, and all kinds make the account's`() async throws {
        try await inState { path in
            let ledger = try Self.ledger(path)
            for second in 1...60 {
                try ledger.record(ObservedDuration(lower: Double(second - 1), upper: Double(second)), of: "a")
            }
            try ledger.record(ObservedDuration(lower: 0, upper: 9), of: "b")
            #expect(try ledger.durations(of: "a").map(\.upper) == (21...60).map(Double.init))
            #expect(try ledger.durations(of: "c").isEmpty)
            #expect(try ledger.durations(of: nil).count == 41)
        }
    }
}
