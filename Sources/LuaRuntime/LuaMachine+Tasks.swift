internal import HostLoop
internal import LuaBridge
internal import RunLimits

/// What `finlua.task` and `require` are made of.
extension LuaMachine {
    func installTasks() {
        addModule("finlua.task", source: PackageResources.task_lua, natives: taskNatives())
    }

    func taskNatives() -> [NamedFunction] {
        [
            NamedFunction("spawn", "task.spawn") { [unowned self] stack, count throws(LuaFailure) in
                let task = try newTask(on: stack, count: count, isContained: false)
                lb_push_object(stack.state, Unmanaged.passRetained(task).toOpaque())
                return .values(1)
            },
            NamedFunction("scope", "task") { [unowned self] stack, count throws(LuaFailure) in
                let task = try newTask(on: stack, count: count, isContained: true)
                return stack.wait { waiting in
                    await waiting.suspend(onInterrupt: { task.cancel() }) { task.notify($0) }
                }
            },
            NamedFunction("await", "task.await") { stack, _ throws(LuaFailure) in
                let task = try stack.object(at: 1, LuaTask.self, "a task")
                guard stack.core.currentTask?.descends(from: task) != true else {
                    throw LuaFailure(
                        code: LuaFailure.scriptErrorCode, message: "a task cannot await itself or who spawned it",
                        hint: "whoever spawned a task waits for it, so neither would ever end")
                }
                return stack.wait(for: task)
            },
            NamedFunction("sleep", "task.sleep") { stack, _ throws(LuaFailure) in
                let duration = try stack.seconds(at: 1)
                return stack.waitForHost {
                    try await HostLoop.sleep(for: duration)
                    return []
                }
            },
            NamedFunction("cancel_children", "task") { [unowned self] _, _ in
                core.currentTask?.cancelChildren()
                return .values(0)
            },
            NamedFunction("semaphore", "task.semaphore") { stack, _ throws(LuaFailure) in
                let permits = Int(lua_tointegerx(stack.state, 1, nil))
                let maximum = Int(lua_tointegerx(stack.state, 2, nil))
                let semaphore = LuaSemaphore(permits: permits, maximum: maximum)
                lb_push_object(stack.state, Unmanaged.passRetained(semaphore).toOpaque())
                return .values(1)
            },
            NamedFunction("acquire", "semaphore:acquire") { stack, _ throws(LuaFailure) in
                let semaphore = try stack.object(at: 1, LuaSemaphore.self, "a semaphore")
                if semaphore.take() { return .values(0) }
                return stack.wait { waiting in await waiting.suspend { semaphore.enqueue($0) } }
            },
            NamedFunction("release", "semaphore:release") { stack, _ throws(LuaFailure) in
                try stack.object(at: 1, LuaSemaphore.self, "a semaphore").give()
                return .values(0)
            },
            NamedFunction("current", "task") { [unowned self] stack, _ in
                lua_pushinteger(stack.state, core.currentTask?.number ?? 0)
                return .values(1)
            },
            NamedFunction("descends", "task") { [unowned self] stack, _ in
                let number = lua_tointegerx(stack.state, 1, nil)
                var task = core.currentTask
                while let current = task, current.number != number { task = current.parent }
                lua_pushboolean(stack.state, task == nil ? 0 : 1)
                return .values(1)
            },
        ]
    }

    private func newTask(on stack: LuaStack, count: Int32, isContained: Bool) throws(LuaFailure) -> LuaTask {
        guard lua_type(stack.state, 1) == LUA_TFUNCTION else {
            throw .badArgument("a task must be given a function, not a \(stack.typeName(at: 1))")
        }
        do {
            try core.configuration.meter?.take(.tasks)
        } catch {
            throw LuaFailure(error)
        }
        let packed = stack.pack(count - 1)
        let task = LuaTask(
            machine: self, function: stack.reference(at: 1), packed: packed.map { ($0, Int(count - 1)) },
            parent: core.currentTask, isContained: isContained)
        let mustStart = ready.isEmpty
        ready.append(task)
        if mustStart { HostLoop.task { await self.startReady() } }
        return task
    }

    /// Starts what was spawned, in order; a task that never waits is gone before many others exist.
    private func startReady() async {
        while !ready.isEmpty {
            for _ in 0..<64 { ready.popFirst()?.start() }
            await HostLoop.yield()
        }
    }
}

extension LuaStack {
    func wait(_ body: @escaping @HostLoop (LuaTask) async -> WaitAnswer) -> LBAnswer {
        core.pending = .native(body)
        return .wait
    }

    func waitForHost(_ body: @escaping @HostLoop () async throws -> [LuaValue]) -> LBAnswer {
        core.pending = .host(body)
        return .wait
    }

    @HostLoop func wait(for task: LuaTask) -> LBAnswer {
        wait { waiting in
            waiting.surfaced(task)
            return await waiting.suspend { task.notify($0) }
        }
    }

    func object<Object: AnyObject>(at index: Int32, _: Object.Type, _ what: String) throws(LuaFailure) -> Object {
        guard let object = object(at: index) as? Object else {
            throw .badArgument("expected \(what), not a \(typeName(at: index))")
        }
        return object
    }

    func seconds(at index: Int32) throws(LuaFailure) -> Duration {
        let seconds = lua_tonumberx(state, index, nil)
        guard lua_type(state, index) == LUA_TNUMBER, seconds >= 0, seconds < 1e9 else {
            throw .badArgument("argument 1 (seconds) must be a number from 0 to 1e9")
        }
        return .nanoseconds(Int64(seconds * 1e9))
    }
}

/// Permits, given out first come first served.
@HostLoop final class LuaSemaphore {
    private var permits: Int
    private let maximum: Int
    private var waiting: [LuaWait] = []
    private var first = 0

    init(permits: Int, maximum: Int) {
        self.permits = permits
        self.maximum = maximum
    }

    func take() -> Bool {
        guard permits > 0 else { return false }
        permits -= 1
        return true
    }

    func enqueue(_ wait: LuaWait) { waiting.append(wait) }

    func give() throws(LuaFailure) {
        while first < waiting.count {
            let wait = waiting[first]
            first += 1
            if first == waiting.count || first > 1024 {
                waiting.removeFirst(first)
                first = 0
            }
            if wait.isWaiting { return wait.finish(.values([])) }
        }
        guard permits < maximum else {
            throw .badArgument("the semaphore was released more often than acquired")
        }
        permits += 1
    }
}
