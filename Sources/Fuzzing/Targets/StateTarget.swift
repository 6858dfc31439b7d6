import Glibc
import HostLoop
import StateStore

extension FuzzTarget {
    /// The state's file with bytes changed: refused with a reason, or it works.
    static let state = FuzzTarget(
        "state", takes: "changes to a state: place in two bytes, a length, a byte",
        words: ["SQLite format 3\0", "CREATE TABLE", "\0\0\0\0"],
        onLoop: { bytes in
            let folder = try StateFolder()
            defer { folder.remove() }
            var file = try StateFolder.sample()
            if bytes.starts(with: "SQLite format 3".utf8) {
                file = bytes
            } else {
                var reader = InputReader(bytes)
                while !reader.isEmpty {
                    let place = (Int(reader.byte()) << 8 | Int(reader.byte())) % file.count
                    let length = 1 << reader.below(13)
                    let value = reader.byte()
                    for index in place..<min(file.count, place + length) { file[index] = value }
                }
            }
            try folder.write(file)
            do throws(StateError) {
                try use(folder.path)
            } catch {
                try expect(error.message.contains(folder.path) && !error.hint.isEmpty, "\(error)")
            }
        })

    /// What a run does with its state.
    @HostLoop private static func use(_ path: String) throws(StateError) {
        let store = try StateStore(path: path, label: "fuzz")
        let log = RunLog(store)
        let now = HostLoop.now
        for run in try log.newest(50) { _ = try RunJournal(store, run: run.id).queries() }
        let run = try log.begin(script: "/a.lua", arguments: "[]", account: "x", pid: 1, now: now)
        try RunJournal(store, run: run).submitted("q", body: "{}", now: now)
        let ledger = RateLedger(store, account: "x")
        let rules = RateLedger.Rules(route: "submit", limit: 5, window: .seconds(60), inFlight: 5, daily: 10)
        if case .go(let slot) = try ledger.ask(rules, ticket: nil, now: now) {
            try ledger.finish(slot, begunOn: now.day, now: now)
        }
        _ = try ledger.askRunning(limit: 3, hold: .seconds(60), ticket: nil, now: now)
        _ = try ledger.runningQueries()
        _ = try ledger.usage(rules, now: now)
        _ = try ledger.holders(now: now)
        _ = try ledger.durations(of: nil)
        _ = try KeyCache(store, account: "x").body(since: now)
        try log.end(run, status: 0, record: "{}", now: now)
    }
}

/// A folder of one input's own.
struct StateFolder {
    private let folder: String
    var path: String { folder + "/state.db" }

    init() throws {
        var template = Array("/tmp/finlua-fuzz-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Finding("no folder can be made in /tmp") }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    func remove() {
        for ending in ["", "-wal", "-shm", "-live", "-journal"] { unlink(path + ending) }
        rmdir(folder)
    }

    func write(_ bytes: [UInt8]) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(file) }
        try expect(Glibc.write(file, bytes, bytes.count) == bytes.count, "\(path) can be written")
    }

    private func read() throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = Glibc.read(file, &bytes, bytes.count)
        try expect(count > 0, "\(path) can be read")
        return Array(bytes.prefix(count))
    }

    @HostLoop private static var made: [UInt8]?

    /// A state with a little of everything in it.
    @HostLoop static func sample() throws -> [UInt8] {
        if let made { return made }
        let folder = try StateFolder()
        defer { folder.remove() }
        do {
            let store = try StateStore(path: folder.path, label: "sample")
            let run = try RunLog(store).begin(
                script: "/a.lua", arguments: "[]", account: "x", pid: 7, now: HostLoop.now)
            let journal = RunJournal(store, run: run)
            for number in 0..<20 {
                try journal.submitted("q\(number)", body: "{\"n\":\(number)}", now: HostLoop.now)
            }
            try KeyCache(store, account: "x").keep("{\"data\":[]}", now: HostLoop.now)
            let ledger = RateLedger(store, account: "x")
            let rules = RateLedger.Rules(route: "submit", limit: 50, window: .seconds(60), inFlight: 5, daily: 100)
            for _ in 0..<5 { _ = try ledger.ask(rules, ticket: nil, now: HostLoop.now) }
            _ = try ledger.askRunning(limit: 3, hold: .seconds(60), ticket: nil, now: HostLoop.now)
        }
        // The last to close a database writes its log back into the file.
        let bytes = try folder.read()
        made = bytes
        return bytes
    }
}
