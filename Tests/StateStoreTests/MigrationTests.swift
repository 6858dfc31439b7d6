import CSQLite
import Foundation
import HostLoop
import StateStore
import Testing

/// States of earlier versions, and states that are damaged where scripts keep values.
struct MigrationTests {
    @Test func `a state without script values gets them, and keeps what it had`() async throws {
        try await inState { path in
            var store: StateStore? = try StateStore(path: path, label: "")
            let run = try RunLog(store!).begin(
                script: "/a.lua", arguments: "[]", account: "x", pid: 7, now: HostLoop.now)
            store = nil
            Self.execute(
                "DROP TABLE script_values; DROP TABLE notices; DROP TABLE messages; DROP TABLE channels; "
                    + "PRAGMA user_version = 1", path)

            // Two processes may come at the same time.
            let (one, two) = (try StateStore(path: path, label: ""), try StateStore(path: path, label: ""))
            let values = ScriptValues(one, script: "/a.lua", account: "x")
            try values.stage([0x31], under: ScriptKey(.value, [0x61]))
            try RunLog(one).end(run, status: 0, record: "{}", keeping: values, now: HostLoop.now)
            let seen = ScriptValues(two, script: "/a.lua", account: "x")
            #expect(try seen.value(of: ScriptKey(.value, [0x61])) == [0x31])
            #expect(try RunLog(two).find(run).first?.status == 0)
        }
    }

    @Test func `a state that fails while values are written keeps the old ones, and the run has not ended`()
        async throws
    {
        try await inState { path in
            let store = try StateStore(path: path, label: "")
            let log = RunLog(store)
            let run = try log.begin(script: "/a.lua", arguments: "[]", account: "x", pid: 7, now: HostLoop.now)
            Self.execute(
                """
                CREATE TRIGGER full BEFORE INSERT ON script_values WHEN NEW.name = CAST('b' AS BLOB)
                BEGIN SELECT RAISE(ABORT, 'no luck'); END
                """, path)
            let values = ScriptValues(store, script: "/a.lua", account: "x")
            for name in ["a", "b", "c"] { try values.stage([0x31], under: ScriptKey(.value, Array(name.utf8))) }
            let kind = StateError.Kind.of { () throws(StateError) in
                try log.end(run, status: 0, record: "{}", keeping: values, now: HostLoop.now)
            }
            #expect(kind == .other)
            #expect(try ScriptValues(store, script: "/a.lua", account: "x").names().isEmpty)
            #expect(try log.find(run).first?.ended == nil)
        }
    }

    @Test func `a damaged state is said to be damaged when a value is read`() async throws {
        try await inState { path in
            var store: StateStore? = try StateStore(path: path, label: "")
            let log = RunLog(store!)
            let run = try log.begin(script: "/a.lua", arguments: "[]", account: "x", pid: 7, now: HostLoop.now)
            let values = ScriptValues(store!, script: "/a.lua", account: "x")
            for number in 0..<400 {
                let name = Array("key \(number)".utf8)
                try values.stage([UInt8](repeating: 0x31, count: 500), under: ScriptKey(.value, name))
            }
            try log.end(run, status: 0, record: "{}", keeping: values, now: HostLoop.now)
            store = nil
            Self.execute("PRAGMA wal_checkpoint(TRUNCATE)", path)
            // The pages behind those of the schema.
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            let size = try file.seekToEnd()
            for page in stride(from: UInt64(24 * 4096), to: size, by: 4096) {
                try file.seek(toOffset: page)
                try file.write(contentsOf: Data(repeating: 0x5A, count: 64))
            }
            try file.close()
            let reader = ScriptValues(try StateStore(path: path, label: ""), script: "/a.lua", account: "x")
            let kind = StateError.Kind.of { () throws(StateError) in
                for number in 0..<400 { _ = try reader.value(of: ScriptKey(.value, Array("key \(number)".utf8))) }
            }
            #expect(kind == .damaged)
        }
    }

    private static func execute(_ sql: String, _ path: String) {
        var handle: OpaquePointer?
        sqlite3_open(path, &handle)
        defer { sqlite3_close(handle) }
        #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
    }
}
