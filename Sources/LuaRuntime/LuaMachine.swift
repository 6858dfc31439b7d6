public import HostLoop
internal import LuaBridge
internal import RunLimits

/// One Lua state with its tasks: runs scripts, calls functions, holds the modules a script may require.
@HostLoop public final class LuaMachine {
    let core: LuaCore
    var modules: [String: EmbeddedModule] = [:]
    /// Spawned tasks that have not run yet, in order.
    var ready = TaskQueue()
    /// The tasks that have no parent and still run.
    var roots: [ObjectIdentifier: LuaTask] = [:]
    var lastTaskNumber: Int64 = 0
    /// What the tasks did when `stop` took effect.
    private(set) var tasksAtStop: [TaskReport]?
    /// What they did when the last error of a limit was raised that its task did not catch.
    public internal(set) var tasksAtFailure: [TaskReport]?
    var failuresNoted = 0

    /// A machine with the allowed libraries, `require` and `finlua.task`.
    public init(_ configuration: LuaConfiguration) {
        core = LuaCore(configuration)
        installRequire()
        installTasks()
        installHeld()
    }

    /// `Lua 5.4.4`: the release the program was built with.
    public nonisolated static let release = String(cString: lb_lua_release())

    /// Bytes in use, the most that were, and the limit.
    public var memory: (used: Int, peak: Int, limit: Int) {
        core.noteMemory()
        let memory = lb_memory(core.bridge)
        return (Int(memory.used), Int(memory.peak), Int(memory.limit))
    }

    /// Ends its script for good; a machine stopped once runs nothing more.
    public var stop: LuaStop { core.stop }

    /// The bridge's state, for tests that make allocations fail.
    package var bridge: OpaquePointer { core.bridge }

    /// Counts bytes of a host buffer against the memory limit; too many fail the host call that charges them.
    public func charge(bytes: Int) { lb_charge(core.bridge, bytes) }

    /// Takes back what was charged.
    public func release(bytes: Int) { lb_charge(core.bridge, -bytes) }

    /// Runs a script as a task to its end, with all its children, and gives what it returned; text chunks only.
    /// `chunkName` is the path errors show. The host's own Lua, which they pass over, is named `=[finlua …]`; it has the
    /// host's globals, out of a script's reach.
    ///
    /// Fails with the script's error, with what is wrong with its text, or with the codes `exit` and `stopped`.
    @discardableResult
    public func run(
        _ source: [UInt8], chunkName: String, isHost: Bool = false, arguments: [LuaValue] = []
    ) async throws(LuaError) -> [LuaValue] {
        let function = try load(source, chunkName: isHost ? chunkName : "@" + chunkName, isHost: isHost)
        return try await finish(LuaTask(machine: self, function: function, arguments: arguments))
    }

    /// Calls a function as a task of its own and waits for it and its children.
    public func call(_ function: LuaFunction, _ arguments: [LuaValue] = []) async throws(LuaError) -> [LuaValue] {
        try await finish(LuaTask(machine: self, function: function.reference, arguments: arguments))
    }

    private func load(_ source: [UInt8], chunkName: String, isHost: Bool) throws(LuaError) -> LuaReference {
        let stack = core.stack
        let status = source.withUnsafeBytes { bytes in
            lb_load(
                stack.state, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, chunkName,
                isHost)
        }
        guard status == LUA_OK else { throw stack.popError(chunkName: chunkName) }
        return stack.popReference()
    }

    private func finish(_ task: LuaTask) async throws(LuaError) -> [LuaValue] {
        if roots.isEmpty { core.exitStatus = nil }
        roots[ObjectIdentifier(task)] = task
        defer {
            roots[ObjectIdentifier(task)] = nil
            lb_flush(core.bridge)
        }
        task.start()
        await withTaskCancellationHandler {
            await task.end()
        } onCancel: {
            HostLoop.task { task.cancel() }
        }
        core.references.forget(in: core.state)
        if core.stop.wasAsked { throw stopped }
        if let exit = core.exitStatus { throw LuaError(failure: exit) }
        do throws(LuaError) {
            return try task.result(core: core)
        } catch {  // its text is made by the script's own __tostring
            throw core.stop.wasAsked ? stopped : error
        }
    }

    /// The script was ended by `stop`: its tasks are left as they are, and nobody waits for them.
    func abandonAll() {
        // Those that wait are told to end next, and say no more.
        if tasksAtStop == nil { tasksAtStop = openTasks }
        for task in roots.values { task.abandon() }
    }

    private var stopped: LuaError {
        let place = String(cString: lb_killed_where(core.bridge))
        return LuaError(
            failure: LuaFailure(code: LuaFailure.stoppedCode, message: "the script was stopped while it ran"),
            where: place.isEmpty ? nil : place)
    }

    /// Ends every task: a script asked for the end of the run.
    func cancelAll() {
        for task in roots.values { task.cancel() }
    }
}
