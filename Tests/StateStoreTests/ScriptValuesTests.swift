import CSQLite
import Foundation
import HostLoop
import StateStore
import Testing

/// What scripts keep between runs, as several runs see and change it.
struct ScriptValuesTests {
    private static let script = "/a.lua"

    @HostLoop private static func values(
        _ store: StateStore, _ script: String = Self.script, account: String = "x", capacity: Int = 1 << 20
    ) -> ScriptValues {
        ScriptValues(store, script: script, account: account, capacity: capacity)
    }

    private static func key(_ name: String, _ kind: ScriptKey.Kind = .value) -> ScriptKey {
        ScriptKey(kind, Array(name.utf8))
    }

    @HostLoop private static func text(_ values: ScriptValues, _ name: String) throws -> String? {
        try values.value(of: key(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    @HostLoop private static func set(_ values: ScriptValues, _ name: String, _ text: String?) throws {
        try values.stage(text.map { Array($0.utf8) }, under: key(name))
    }

    /// Begins a run, lets it change values and ends it well.
    @HostLoop private static func run(_ store: StateStore, _ changes: [String: String?]) throws {
        let values = values(store)
        for (name, text) in changes { try set(values, name, text) }
        try end(store, values)
    }

    @HostLoop private static func end(_ store: StateStore, _ values: ScriptValues) throws(StateError) {
        let log = RunLog(store)
        let run = try log.begin(script: script, arguments: "[]", account: "x", pid: 7, now: HostLoop.now)
        try log.end(run, status: 0, record: "{}", keeping: values, now: HostLoop.now)
    }

    @Test func `a run sees what it staged, and nobody else does before it has ended`() async throws {
        try await inState { path in
            let store = try StateStore(path: path, label: "")
            let other = try StateStore(path: path, label: "")
            try Self.run(store, ["a": "1", "b": "2"])
            let values = Self.values(store)
            try Self.set(values, "a", "10")
            try Self.set(values, "b", nil)
            try Self.set(values, "c", "3")
            #expect(try Self.text(values, "a") == "10" && Self.text(values, "b") == nil)
            #expect(try values.names() == [Array("a".utf8), Array("c".utf8)])
            #expect(try Self.text(Self.values(other), "a") == "1" && Self.text(Self.values(other), "b") == "2")
            #expect(try Self.values(other).names().count == 2)
            try Self.end(store, values)
            #expect(try Self.text(Self.values(other), "a") == "10" && Self.text(Self.values(other), "b") == nil)
            #expect(try Self.values(other).names() == [Array("a".utf8), Array("c".utf8)])
        }
    }

    @Test func `a script, an account and a kind never see another's`() async throws {
        try await inState { path in
            let store = try StateStore(path: path, label: "")
            try Self.run(store, ["a": "1"])
            #expect(try Self.text(Self.values(store, "/b.lua"), "a") == nil)
            #expect(try Self.values(store, "/b.lua").names().isEmpty)
            #expect(try Self.text(Self.values(store, account: "y"), "a") == nil)
            #expect(try Self.values(store).value(of: Self.key("a", .rows)) == nil)
            #expect(try Self.text(Self.values(store), "a") == "1")
        }
    }

    @Test func `names are told apart by their bytes, and values kept byte for byte`() async throws {
        try await inState { path in
            let store = try StateStore(path: path, label: "")
            // Each of the two is é, and to Swift the same text.
            let (composed, decomposed) = ("\u{e9}", "e\u{301}")
            let values = Self.values(store)
            try values.stage(Array("\"\0\u{fffd}\"".utf8), under: Self.key(composed))
            try values.stage([0xFF, 0x00, 0x27], under: Self.key(decomposed))
            try Self.end(store, values)
            let again = Self.values(store)
            #expect(try again.value(of: Self.key(composed)) == Array("\"\0\u{fffd}\"".utf8))
            #expect(try again.value(of: Self.key(decomposed)) == [0xFF, 0x00, 0x27])
            #expect(try again.names(beginningWith: [0xC3]) == [Array(composed.utf8)])
        }
    }

    @Test func `a run that would undo what another kept after it had read it keeps nothing`() async throws {
        try await inState { path in
            let first = try StateStore(path: path, label: "")
            let second = try StateStore(path: path, label: "")
            try Self.run(first, ["count": "1"])
            for change in ["2", nil] as [String?] {
                let values = Self.values(first)
                _ = try Self.text(values, "count")
                try Self.set(values, "count", "3")
                try Self.set(values, "other", "4")
                try Self.run(second, ["count": change])
                do throws(StateError) {
                    try Self.end(first, values)
                    Issue.record("the other's change is lost")
                } catch {
                    #expect(error.kind == .changed && error.message.contains("\"count\""), "\(error)")
                }
                #expect(try Self.text(Self.values(second), "count") == change)
                #expect(try Self.text(Self.values(second), "other") == nil)
                let last = try #require(try RunLog(first).last(script: Self.script, arguments: "[]", account: "x"))
                #expect(last.ended != nil, "the second run has ended")
            }
            #expect(try RunLog(first).newest(10).count { $0.ended == nil } == 2, "a run and its values are one step")
        }
    }

    @Test func `the first value read decides, and a value that was only set overwrites`() async throws {
        try await inState { path in
            let first = try StateStore(path: path, label: "")
            let second = try StateStore(path: path, label: "")
            let blind = Self.values(first)
            try Self.set(blind, "a", "blind")
            try Self.run(second, ["a": "other"])
            try Self.end(first, blind)
            #expect(try Self.text(Self.values(second), "a") == "blind")

            let reader = Self.values(first)
            _ = try Self.text(reader, "new")
            try Self.run(second, ["new": "1"])
            #expect(try Self.text(reader, "new") == "1", "it reads what there is now")
            try Self.set(reader, "new", "2")
            #expect(StateError.Kind.of { () throws(StateError) in try Self.end(first, reader) } == .changed)
        }
    }

    @Test func `what a script keeps is bounded, for the run and for all runs together`() async throws {
        try await inState { path in
            let store = try StateStore(path: path, label: "")
            let values = Self.values(store, capacity: 100)
            try Self.set(values, "a", String(repeating: "x", count: 98))
            #expect(Self.kind { try Self.set(values, "b", "12") } == .full)
            #expect(try Self.text(values, "b") == nil && values.stagedBytes == 98)
            try Self.set(values, "a", String(repeating: "x", count: 90))
            try Self.set(values, "b", "12345678")
            try Self.end(store, values)

            let (one, two) = (Self.values(store, capacity: 120), Self.values(store, capacity: 120))
            try Self.set(one, "c", String(repeating: "y", count: 15))
            try Self.set(two, "d", String(repeating: "y", count: 15))
            #expect(Self.kind { try Self.set(two, "a", String(repeating: "x", count: 100)) } == .full)
            try Self.end(store, one)
            #expect(StateError.Kind.of { () throws(StateError) in try Self.end(store, two) } == .full)
            let less = Self.values(store, capacity: 10)
            try Self.set(less, "a", nil)
            try Self.end(store, less)
            #expect(try Self.values(store).names().count == 2, "who has too much may still delete")
        }
    }

    @Test func `what is kept is listed by script and key, and cleared on every account`() async throws {
        try await inState { path in
            let store = try StateStore(path: path, label: "")
            let kept = KeptValues(store)
            #expect(try kept.scripts().isEmpty)
            try Self.run(store, ["a": "1", "bc": "23"])
            let rows = Self.values(store, account: "y")
            try rows.stage([0x31], under: Self.key("rows", .rows))
            try Self.end(store, rows)
            let scripts = try kept.scripts()
            #expect(scripts.map(\.account) == ["x", "y"] && scripts.map(\.bytes) == [6, 5])
            #expect(scripts.map(\.count) == [2, 1] && scripts.allSatisfy { $0.path == Self.script })
            let entries = try kept.entries(of: Self.script)
            #expect(entries.map(\.name) == ["a", "bc", "rows"] && entries.map(\.kind) == [.value, .value, .rows])
            #expect(try kept.clear(Self.script) == 3 && kept.scripts().isEmpty)
        }
    }

    @HostLoop private static func kind(_ body: () throws -> Void) -> StateError.Kind? {
        do {
            try body()
            return nil
        } catch {
            return (error as? StateError)?.kind
        }
    }
}
