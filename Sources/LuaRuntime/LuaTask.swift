internal import HostLoop
internal import LuaBridge
internal import RunLimits

/// One Lua coroutine driven by one Swift task: resume, look at what came out, wait, resume with the answer.
@HostLoop final class LuaTask {
    /// How a task ended.
    enum Outcome {
        case results(LuaReference?, count: Int)
        case failed(TaskFailure)
        case cancelled
        case exited
    }

    let number: Int64
    /// A contained task reports its failure only to whoever awaits it.
    let isContained: Bool
    /// Whether it counts as one that the script has opened.
    private let isCounted: Bool
    private(set) weak var parent: LuaTask?
    /// How many ancestors it has.
    private let depth: Int
    private(set) var outcome: Outcome?
    private(set) var isCancelled = false

    private var machine: LuaMachine?
    private var function: LuaReference?
    private var packed: (LuaReference, count: Int)?
    private var arguments: [LuaValue]
    /// Written by C while `lb_resume` runs.
    private nonisolated(unsafe) let record: UnsafeMutablePointer<LBTask>
    private var driver: Task<Void, Never>?

    var children: [ObjectIdentifier: LuaTask] = [:]
    /// A child's failure that has not surfaced here yet.
    private var childFailure: TaskFailure?
    /// Failures of other tasks that were raised in this one, for the traceback.
    private var delivered: TaskFailure?
    private var wait: LuaWait?
    private var operation: Task<Void, Never>?
    /// The machine, until a task without a parent has ended.
    private var ending: UnsafeContinuation<Void, Never>?
    private var join: UnsafeContinuation<Void, Never>?
    private var waiters: [LuaWait] = []

    init(
        machine: LuaMachine, function: LuaReference, arguments: [LuaValue] = [],
        packed: (LuaReference, count: Int)? = nil, parent: LuaTask? = nil, isContained: Bool = false
    ) {
        self.machine = machine
        self.function = function
        self.arguments = arguments
        self.packed = packed
        self.parent = parent
        depth = parent.map { $0.depth + 1 } ?? 0
        self.isContained = isContained
        isCounted = parent != nil
        machine.lastTaskNumber += 1
        number = machine.lastTaskNumber
        record = .allocate(capacity: 1)
        record.initialize(to: LBTask(thread: nil, reference: LB_NO_REFERENCE, unwinding: 0, place: -1, number: number))
        parent?.children[ObjectIdentifier(self)] = self
    }

    deinit { record.deallocate() }

    // MARK: Life

    @discardableResult
    func start() -> Task<Void, Never> {
        let driver = HostLoop.task { await self.drive() }
        self.driver = driver
        return driver
    }

    /// Waits until it has ended or is abandoned.
    func end() async {
        if outcome == nil { await withUnsafeContinuation { ending = $0 } }
    }

    /// Lets go of whoever waits for its end.
    func abandon() {
        ending?.resume()
        ending = nil
    }

    /// Delivers a cancellation at the next wait, here and in all descendants.
    func cancel() {
        var pending = [self]
        while let task = pending.popLast() {
            guard !task.isCancelled, task.outcome == nil else { continue }
            // A stopped script has nothing left to end in good order, and may have a million tasks.
            if machine?.core.stop.wasAsked == true { return }
            task.isCancelled = true
            pending.append(contentsOf: task.children.values)
            task.driver?.cancel()
            task.operation?.cancel()
            task.wait?.interrupt(.cancelled)
        }
    }

    /// Whether `task` is this task or one that waits for its end.
    func descends(from task: LuaTask) -> Bool {
        var current: LuaTask? = self
        while let candidate = current, candidate.depth > task.depth { current = candidate.parent }
        return current === task
    }

    func cancelChildren() {
        for child in children.values { child.cancel() }
    }

    private func drive() async {
        let machine = machine!
        var ended = isCancelled ? Outcome.cancelled : await runBody(of: machine)
        if case .results = ended {} else { cancelChildren() }
        let hadChildren = !children.isEmpty
        if hadChildren { await withUnsafeContinuation { join = $0 } }
        if case .results = ended {
            if let childFailure {
                ended = .failed(childFailure)
            } else if isCancelled && hadChildren {
                ended = .cancelled
            }
        }
        finish(ended)
    }

    private func runBody(of machine: LuaMachine) async -> Outcome {
        let core = machine.core
        core.references.forget(in: core.state)
        lb_task_begin(core.bridge, record)
        defer { lb_task_end(record) }
        let stack = LuaStack(state: record.pointee.thread, core: core)
        var count = pushFunction(on: stack)
        if let failure = stack.failureOfOverflow() {
            stack.push(failure)
            return .failed(TaskFailure(value: stack.popReference(), where: nil, traceback: ""))
        }
        while true {
            core.currentTask = self
            let ended = lb_resume(record, count)
            core.currentTask = nil
            core.references.forget(in: core.state)
            switch ended.kind {
            case Int32(LB_FINISHED):
                return .results(stack.pack(ended.count), count: Int(ended.count))
            case Int32(LB_FAILED):
                return failure(on: stack)
            case Int32(LB_KILLED):
                core.pending = nil
                machine.abandonAll()
                return .cancelled
            default:
                let answer = await perform(core.takePending()!)
                count = push(answer, on: stack)
            }
        }
    }

    /// Pushes the function and its arguments above C's entry function.
    private func pushFunction(on stack: LuaStack) -> Int32 {
        stack.push(function!)
        if stack.hasRoom(arguments.count + 4) { for argument in arguments { stack.push(argument) } }
        if let (table, count) = packed { stack.unpack(table, count: Int32(count)) }
        function = nil
        arguments = []
        packed = nil
        return lua_gettop(stack.state) - 1
    }

    private func failure(on stack: LuaStack) -> Outcome {
        switch Int(record.pointee.unwinding) {
        case LB_UNWIND_CANCELLED: return .cancelled
        case LB_UNWIND_EXIT:
            machine?.cancelAll()
            return .exited
        default: break
        }
        lb_push_traceback(record, stack.state)
        var traceback = stack.lossyString(at: -1) ?? ""
        lb_push_where(record, stack.state)
        var place = stack.lossyString(at: -1)
        lb_pop(stack.state, 2)
        var isOwn = true
        if let delivered {
            stack.push(delivered.value)
            if lua_rawequal(stack.state, -1, -2) != 0 {
                isOwn = false
                traceback = delivered.traceback + "\n" + traceback
                place = delivered.where ?? place
            }
            lb_pop(stack.state, 1)
        }
        if isOwn, stack.isLimit(at: -1) { machine?.noteFailure(of: self, traceback: traceback) }
        return .failed(TaskFailure(value: stack.popReference(), where: place, traceback: traceback))
    }

    private func finish(_ outcome: Outcome) {
        self.outcome = outcome
        let waiters = waiters
        self.waiters = []
        if let core = machine?.core {
            lb_task_leave(core.bridge, record)
            if isCounted { core.configuration.meter?.give(.tasks) }
        }
        machine = nil
        driver = nil
        var hasSurfaced = isContained
        for waiter in waiters where waiter.isWaiting {
            if waiter.task === parent { hasSurfaced = true }
            waiter.finish(WaitAnswer(outcome))
        }
        parent?.childEnded(self, hasSurfaced: hasSurfaced)
        abandon()
    }

    private func childEnded(_ child: LuaTask, hasSurfaced: Bool) {
        children[ObjectIdentifier(child)] = nil
        if case .failed(let failure) = child.outcome, !child.isContained, !child.isCancelled {
            cancelChildren()
            if !hasSurfaced && childFailure == nil {
                childFailure = failure
                operation?.cancel()
                if let wait, wait.interrupt(.failed(failure)) { childFailure = nil }
            }
        }
        if children.isEmpty, let join {
            self.join = nil
            join.resume()
        }
    }

    /// The results of a task without a parent.
    func result(core: LuaCore) throws(LuaError) -> [LuaValue] {
        switch outcome! {
        case .results(let table, let count): return try core.stack.values(table, count: count)
        case .failed(let failure): throw core.stack.error(failure)
        case .cancelled, .exited:
            throw LuaError(failure: LuaFailure(code: "cancelled", message: "the task was cancelled"))
        }
    }

    // MARK: Waiting

    private func perform(_ operation: LuaCore.Operation) async -> WaitAnswer {
        // Whoever unwinds, on its way to the exit too, waits no more.
        if isCancelled || record.pointee.unwinding != 0 { return .cancelled }
        if let failure = takeChildFailure() { return .failed(failure) }
        switch operation {
        case .native(let body): return await body(self)
        case .host(let body): return await perform(body)
        }
    }

    private func perform(_ body: @escaping @HostLoop () async throws -> [LuaValue]) async -> WaitAnswer {
        lb_flush(machine!.core.bridge)
        var result: Result<[LuaValue], any Error>?
        if children.isEmpty {
            do { result = .success(try await body()) } catch { result = .failure(error) }
        } else {  // in a task of its own, so that a child's failure can end it
            let box = ResultBox()
            let operation = HostLoop.task {
                do { box.result = .success(try await body()) } catch { box.result = .failure(error) }
            }
            self.operation = operation
            if isCancelled { operation.cancel() }
            await operation.value
            self.operation = nil
            result = box.result
        }
        switch result! {
        case .success(let values): return .values(values)
        case .failure(let error):
            let failure = LuaFailure(thrown: error)
            if failure.code == LuaFailure.exitCode { return .exit(failure) }
            if isCancelled { return .cancelled }
            if let failure = takeChildFailure() { return .failed(failure) }
            return .failure(failure)
        }
    }

    /// Waits until `register`'s wait is finished by somebody, or the task is cancelled or a child fails.
    ///
    /// With `onInterrupt` the wait goes on when that happens, and the interruption is its answer in the end.
    func suspend(
        onInterrupt: (@HostLoop () -> Void)? = nil, _ register: @HostLoop (LuaWait) -> Void
    ) async -> WaitAnswer {
        let wait = LuaWait(task: self, onInterrupt: onInterrupt)
        self.wait = wait
        register(wait)
        let answer = await wait.answer()
        self.wait = nil
        return answer
    }

    /// Finishes the wait with this task's outcome, now or when it ends.
    func notify(_ wait: LuaWait) {
        if let outcome {
            wait.finish(WaitAnswer(outcome))
        } else {
            if waiters.count > 64 { waiters.removeAll { !$0.isWaiting } }
            waiters.append(wait)
        }
    }

    private func takeChildFailure() -> TaskFailure? {
        defer { childFailure = nil }
        return childFailure
    }

    /// Forgets a child's failure that is being raised here because the child was awaited.
    func surfaced(_ child: LuaTask) {
        if case .failed(let failure) = child.outcome, failure === childFailure { childFailure = nil }
    }

    private func push(_ answer: WaitAnswer, on stack: LuaStack) -> Int32 {
        let bottom = lua_gettop(stack.state)
        lua_checkstack(stack.state, 8)
        switch answer {
        case .values(let values):
            lua_pushboolean(stack.state, 1)
            if stack.hasRoom(values.count + 4) { for value in values { stack.push(value) } }
        case .packed(let table, let count):
            lua_pushboolean(stack.state, 1)
            if let table { stack.unpack(table, count: Int32(count)) }
        case .failure(let failure):
            lua_pushboolean(stack.state, 0)
            stack.push(failure)
        case .failed(let failure):
            delivered = failure
            lua_pushboolean(stack.state, 0)
            stack.push(failure.value)
        case .cancelled:
            if record.pointee.unwinding == 0 { record.pointee.unwinding = Int32(LB_UNWIND_CANCELLED) }
            lua_pushboolean(stack.state, 0)
            lb_push_cancelled(stack.state)
        case .otherCancelled:
            lua_pushboolean(stack.state, 0)
            stack.push(LuaFailure(code: "cancelled", message: "the task that was awaited was cancelled"))
        case .exit(let failure):
            if stack.core.exitStatus == nil { stack.core.exitStatus = failure }
            record.pointee.unwinding = Int32(LB_UNWIND_EXIT)
            lua_pushboolean(stack.state, 0)
            lb_push_cancelled(stack.state)
        }
        if let failure = stack.failureOfOverflow() {
            lua_settop(stack.state, bottom)
            lua_pushboolean(stack.state, 0)
            stack.push(failure)
        }
        return lua_gettop(stack.state) - bottom
    }
}

/// Where an operation in a task of its own leaves its result.
@HostLoop private final class ResultBox {
    var result: Result<[LuaValue], any Error>?
}
