import HostLoop
import LuaRuntime
import Testing

@HostLoop private final class Census {
    static var alive = 0
}

@HostLoop private final class Counted {
    init() { Census.alive += 1 }
    isolated deinit { Census.alive -= 1 }
}

@Suite struct LeakTests {
    private static let native: [String: (call: String, body: HostBody)] = [
        "throws": (
            call: "leak.throws",
            body: { _ in
                let counted = Counted()
                throw LuaFailure(code: "x", message: "with \(ObjectIdentifier(counted))")
            }
        ),
        "waits": (
            call: "leak.waits",
            body: { _ in
                let counted = Counted()
                return .wait {
                    await HostLoop.yield()
                    throw LuaFailure(code: "y", message: "with \(ObjectIdentifier(counted))")
                }
            }
        ),
        "object": (call: "leak.object", body: { _ in .values([.object(Counted())]) }),
    ]

    @Test func `a thousand failures leak nothing`() async throws {
        let alive = try await HostLoop.withVirtualClock {
            Census.alive = 0
            do {
                let script = ScriptRun()
                script.machine.addModule("leak", source: Array("return ...".utf8), native: Self.native)
                let text = await script.result(
                    """
                    local leak = require 'leak'
                    for i = 1, 1000 do
                        assert(not pcall(leak.throws))
                        assert(not pcall(leak.waits))
                        assert(not pcall(table.sort, { 1, 2, 3 }, function() leak.waits() end))
                        assert(not pcall(coroutine.wrap(leak.waits)))
                        leak.object()
                    end
                    print 'done'
                    """)
                #expect(text == "done\n")
            }
            return Census.alive
        }
        #expect(alive == 0)
    }

    @Test func `what waits when a task is cancelled is let go`() async throws {
        let alive = try await HostLoop.withVirtualClock {
            Census.alive = 0
            do {
                let script = ScriptRun()
                script.machine.addModule(
                    "leak", source: Array("return ...".utf8),
                    native: [
                        "sleep": (
                            call: "leak.sleep",
                            body: { _ in
                                let counted = Counted()
                                return .wait {
                                    defer { withExtendedLifetime(counted) {} }
                                    try await HostLoop.sleep(for: .seconds(1000))
                                    return []
                                }
                            }
                        )
                    ])
                let text = await script.result(
                    """
                    local leak, task = require 'leak', require 'finlua.task'
                    local functions = { function() task.sleep(1) end }
                    for i = 1, 500 do functions[#functions + 1] = i % 2 == 0 and leak.sleep or coroutine.wrap(leak.sleep) end
                    task.any(functions)
                    print 'done'
                    """)
                #expect(text == "done\n")
            }
            return Census.alive
        }
        #expect(alive == 0)
    }
}
