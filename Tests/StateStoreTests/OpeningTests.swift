import CSQLite
import Foundation
import HostLoop
import StateStore
import Testing

struct OpeningTests {
    @Test func `a new state is its owner's alone, in a folder that is made`() async throws {
        try await HostLoop.withVirtualClock {
            try await withFolder { folder in
                let path = "\(folder)/a/b/state.db"
                let store = try StateStore(path: path, label: "a test")
                #expect(store.path == path)
                for name in ["a", "a/b", "a/b/state.db", "a/b/state.db-live"] {
                    let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
                    let mode = try #require(attributes[.posixPermissions] as? Int)
                    #expect(mode & 0o077 == 0, "\(name) has mode \(String(mode, radix: 8))")
                }
            }
        }
    }

    @Test func `what one store wrote another reads, also after it is gone`() async throws {
        try await inState { path in
            let journal = RunJournal(try StateStore(path: path, label: "writer"), run: "r")
            try journal.submitted("q_1", body: "{}", now: HostLoop.now)
            let other = RunJournal(try StateStore(path: path, label: "reader"), run: "r")
            #expect(try other.query(body: "{}", since: HostLoop.now)?.query == "q_1")
        }
    }

    @Test func `a damaged file is refused and left as it is, and kept aside on request`() async throws {
        try await inState { path in
            let garbage = Data((0..<9000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            try garbage.write(to: URL(fileURLWithPath: path))
            do throws(StateError) {
                _ = try StateStore(path: path, label: "")
                Issue.record("a damaged file was opened")
            } catch {
                #expect(error.kind == .damaged)
                #expect(error.message.contains(path) && error.hint.contains("--replace-state"))
            }
            #expect(FileManager.default.contents(atPath: path) == garbage)
            let aside = try #require(try StateStore.keepAside(path: path))
            #expect(FileManager.default.contents(atPath: aside) == garbage)
            _ = try StateStore(path: path, label: "")
            #expect(try StateStore.keepAside(path: path) == nil, "a state that is well stays where it is")
        }
    }

    @Test func `who is alive in the new state is not taken from the one that was kept aside`() async throws {
        try await inState { path in
            var old: StateStore? = try StateStore(path: path, label: "")
            Self.execute("PRAGMA wal_checkpoint(TRUNCATE)", path)
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.write(contentsOf: Data(repeating: 0x5A, count: 4096))
            try file.close()
            _ = try #require(try StateStore.keepAside(path: path))
            let fresh = try StateStore(path: path, label: "")
            let reader = RunLog(try StateStore(path: path, label: ""))
            let run = try RunLog(fresh).begin(
                script: "/a.lua", arguments: "[]", account: "x", pid: 7, now: HostLoop.now)
            #expect(fresh.process == old?.process)
            old = nil
            #expect(try reader.find(run).first?.isRunning == true)
        }
    }

    @Test func `a page overwritten in the middle of the file counts as damage`() async throws {
        try await inState { path in
            var store: StateStore? = try StateStore(path: path, label: "")
            for number in 0..<200 {
                try RunJournal(store!, run: "r\(number)").submitted("q", body: "{}", now: HostLoop.now)
            }
            store = nil
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.seek(toOffset: 4096)
            try file.write(contentsOf: Data(repeating: 0x5A, count: 12_288))
            try file.close()
            #expect(try StateStore.keepAside(path: path) != nil)
        }
    }

    @Test func `a newer schema is refused by its version`() async throws {
        try await inState { path in
            _ = try StateStore(path: path, label: "")
            Self.execute("PRAGMA user_version = 99", path)
            do throws(StateError) {
                _ = try StateStore(path: path, label: "")
                Issue.record("a newer state was opened")
            } catch {
                #expect(error.kind == .newer && error.message.contains("99"))
            }
        }
    }

    @Test func `a version that no finlua writes is damage`() async throws {
        try await inState { path in
            _ = try StateStore(path: path, label: "")
            Self.execute("PRAGMA user_version = -1", path)
            #expect(
                StateError.Kind.of { () throws(StateError) in _ = try StateStore(path: path, label: "") } == .damaged)
            #expect(try StateStore.keepAside(path: path) != nil)
            _ = try StateStore(path: path, label: "")
        }
    }

    @Test func `another program's database is refused`() async throws {
        try await inState { path in
            Self.execute("CREATE TABLE theirs (a)", path)
            let theirs = FileManager.default.contents(atPath: path)
            #expect(
                StateError.Kind.of { () throws(StateError) in _ = try StateStore(path: path, label: "") } == .foreign)
            #expect(FileManager.default.contents(atPath: path) == theirs)
        }
    }

    @Test func `a folder that cannot be made is named`() async throws {
        try await HostLoop.withVirtualClock {
            do throws(StateError) {
                _ = try StateStore(path: "/proc/finlua/state.db", label: "")
                Issue.record("a state was made in /proc")
            } catch {
                #expect(error.kind == .readOnly && error.message.contains("/proc/finlua"))
            }
        }
    }

    @Test func `an account is known by a hash that gives nothing away`() {
        // SHA-256 of "abc", NIST FIPS 180-2 appendix B.1, has another text; the form is what matters here.
        let account = StateStore.account(clientID: "the-client", service: "https://app.finout.io")
        #expect(account.count == 64 && account.allSatisfy(\.isHexDigit) && !account.contains("client"))
        #expect(account != StateStore.account(clientID: "the-client", service: "http://127.0.0.1:1"))
    }

    private static func execute(_ sql: String, _ path: String) {
        var handle: OpaquePointer?
        sqlite3_open(path, &handle)
        sqlite3_exec(handle, sql, nil, nil, nil)
        sqlite3_close(handle)
    }
}
