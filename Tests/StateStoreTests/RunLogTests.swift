import HostLoop
import StateStore
import Testing

struct RunLogTests {
    @Test func `a run is found by its script, its arguments and its account, the newest first`() async throws {
        try await inState { path in
            let log = RunLog(try StateStore(path: path, label: ""))
            var ids: [String] = []
            for arguments in ["[]", "[1]", "[]"] {
                ids.append(
                    try log.begin(script: "/a.lua", arguments: arguments, account: "x", pid: 7, now: HostLoop.now))
                try await HostLoop.sleep(for: .seconds(1))
            }
            #expect(Set(ids).count == 3)
            #expect(try log.last(script: "/a.lua", arguments: "[]", account: "x")?.id == ids[2])
            #expect(try log.last(script: "/a.lua", arguments: "[]", account: "y") == nil)
            #expect(try log.newest(2).map(\.id) == [ids[2], ids[1]])
            #expect(try log.find(ids[1]).map(\.arguments) == ["[1]"])
            #expect(try log.find("").count == 3)
        }
    }

    @Test func `the last run is the one that was on last, whatever the clock said`() async throws {
        try await inState { path in
            var ids: [String] = []
            for started in [HostLoop.now, HostLoop.now - .seconds(7200)] {
                let log = RunLog(try StateStore(path: path, label: ""))
                ids.append(try log.begin(script: "/a.lua", arguments: "[]", account: "x", pid: 7, now: started))
                #expect(try log.last(script: "/a.lua", arguments: "[]", account: "x")?.id == ids.last)
            }
            let log = RunLog(try StateStore(path: path, label: ""))
            try log.resume(ids[0], pid: 8)
            #expect(try log.last(script: "/a.lua", arguments: "[]", account: "x")?.id == ids[0])
        }
    }

    @Test func `runs of one second never get the same id`() async throws {
        try await HostLoop.withVirtualClock {
            let log = RunLog(StateStore())
            let ids = try (0..<3000).map { _ in
                try log.begin(script: "/a.lua", arguments: "[]", account: "x", pid: 7, now: HostLoop.now)
            }
            #expect(Set(ids).count == 3000)
        }
    }

    @Test func `a run that died is told from one that runs and one that ended`() async throws {
        try await inState { path in
            let reader = RunLog(try StateStore(path: path, label: ""))
            var store: StateStore? = try StateStore(path: path, label: "")
            let run = try RunLog(store!).begin(
                script: "/a.lua", arguments: "[]", account: "x", pid: 7, now: HostLoop.now)
            #expect(try reader.find(run).first?.isRunning == true)
            store = nil
            let died = try #require(try reader.find(run).first)
            #expect(!died.isRunning && died.ended == nil)
            try reader.resume(run, pid: 8)
            #expect(try reader.find(run).first?.attempts == 2)
            try reader.end(run, status: 0, record: "{}", now: HostLoop.now)
            let ended = try #require(try reader.find(run).first)
            #expect(!ended.isRunning && ended.status == 0 && ended.record == "{}" && ended.started == died.started)
        }
    }

    @Test func `a resumed run has no record until it ends, and submissions are an account's`() async throws {
        try await inState { path in
            let store = try StateStore(path: path, label: "")
            let log = RunLog(store)
            let start = HostLoop.now
            let run = try log.begin(script: "/a.lua", arguments: "[]", account: "x", pid: 7, now: start)
            try log.end(run, status: 6, record: "{}", now: start)
            try log.resume(run, pid: 8)
            let resumed = try #require(try log.find(run).first)
            #expect(resumed.record == nil && resumed.status == nil && resumed.isRunning && resumed.attempts == 2)

            let journal = RunJournal(store, run: run)
            try journal.submitted("q_1", body: "one", now: start - .seconds(3601))
            try journal.submitted("q_2", body: "two", now: start)
            #expect(try log.submissions(account: "x", since: start - .seconds(3600)) == 1)
            #expect(try log.submissions(account: "y", since: start - .seconds(3600)) == 0)
        }
    }

    @Test func `one run at a time has the lock, and death gives it up`() async throws {
        try await inState { path in
            var store: StateStore? = try StateStore(path: path, label: "")
            let other = RunLog(try StateStore(path: path, label: ""))
            #expect(try RunLog(store!).lock("a"))
            #expect(try !other.lock("a"))
            #expect(try other.lock("b"))
            store = nil
            #expect(try other.lock("a"))
        }
    }

    @Test func `a journal knows each query by its body until it is of no use`() async throws {
        try await inState { path in
            let store = try StateStore(path: path, label: "")
            let journal = RunJournal(store, run: "r")
            let start = HostLoop.now
            try journal.submitted("q_1", body: "one", now: start)
            try journal.submitted("q_2", body: "two", now: start)
            try journal.completed("q_2", totalRows: 12, now: start + .seconds(3))
            let found = try #require(try journal.query(body: "two", since: start))
            #expect(found.query == "q_2" && found.submitted == start)
            #expect(found.completed == start + .seconds(3) && found.totalRows == 12)
            #expect(try journal.query(body: "two", since: start + .seconds(1)) == nil)
            #expect(try RunJournal(store, run: "s").query(body: "one", since: start) == nil)
            try journal.forget("q_1")
            #expect(try journal.queries().map(\.query) == ["q_2"])
        }
    }

    @Test func `runs and journals that are too old are forgotten`() async throws {
        try await inState { path in
            let store = try StateStore(path: path, label: "")
            let log = RunLog(store)
            let old = try log.begin(script: "/a.lua", arguments: "[]", account: "x", pid: 7, now: HostLoop.now)
            try RunJournal(store, run: old).submitted("q", body: "b", now: HostLoop.now)
            try await HostLoop.sleep(for: .seconds(26 * 3600))
            _ = try log.begin(script: "/b.lua", arguments: "[]", account: "x", pid: 7, now: HostLoop.now)
            #expect(try RunJournal(store, run: old).queries().isEmpty)
            #expect(try log.find(old).count == 1)
            try await HostLoop.sleep(for: .seconds(90 * 86_400))
            _ = try log.begin(script: "/b.lua", arguments: "[]", account: "x", pid: 7, now: HostLoop.now)
            #expect(try log.find(old).isEmpty)
        }
    }

    @Test func `keys are kept for an account until they are too old`() async throws {
        try await inState { path in
            let store = try StateStore(path: path, label: "")
            let cache = KeyCache(store, account: "x")
            try cache.keep("one", now: HostLoop.now)
            #expect(try cache.body(since: HostLoop.now) == "one")
            #expect(try cache.body(since: HostLoop.now + .seconds(1)) == nil)
            #expect(try KeyCache(store, account: "y").body(since: HostLoop.now) == nil)
        }
    }
}
