internal import CRowDecoder
internal import HostLoop
internal import LuaBridge
internal import RunLimits

/// The bridge's owner: what C calls back into, and what passes between a host function and the task that waits.
///
/// Guard of `@unchecked Sendable`: used on the loop only, but for `references`, which has its own lock.
final class LuaCore: @unchecked Sendable {
    /// What the running coroutine asked to wait for, between the host function's answer and `lb_resume`'s return.
    enum Operation {
        case host(@HostLoop () async throws -> [LuaValue])
        case native(@HostLoop (LuaTask) async -> WaitAnswer)
    }

    private(set) var bridge: OpaquePointer!
    let references = ReferenceList()
    let configuration: LuaConfiguration
    let stop = LuaStop()
    var pending: Operation?
    /// Whether values did not fit on the Lua stack since this was last looked at.
    var hasOverflowed = false
    /// The status of the first `exit`.
    var exitStatus: LuaFailure?
    unowned(unsafe) var currentTask: LuaTask?

    var state: OpaquePointer { lb_main(bridge) }
    var stack: LuaStack { LuaStack(state: state, core: self) }

    init(_ configuration: LuaConfiguration) {
        self.configuration = configuration
        let owner = Unmanaged.passUnretained(self).toOpaque()
        bridge = lb_open(configuration.memoryLimit, Self.callbacks, owner)
        precondition(bridge != nil, "no memory for a Lua state")
        lb_stop_attach(bridge, stop.handle)
        guard let meter = configuration.meter else { return }
        lb_warn_at(bridge, RunMeter.warning(at: configuration.memoryLimit))
        describeMemoryError(LuaFailure(LimitExcess(.memory, of: meter.limits, used: nil)))
    }

    deinit { lb_close(bridge) }

    /// Fills in the error value that is raised where memory is out, because there is none left then to make one.
    private func describeMemoryError(_ failure: LuaFailure) {
        let stack = stack
        lb_push_memory_error(stack.state)
        stack.describe(failure)
        lb_pop(stack.state, 1)
    }

    /// Counts the memory in use.
    func noteMemory() { configuration.meter?.set(.memory, used: Int(lb_memory(bridge).peak)) }

    func takePending() -> Operation? {
        defer { pending = nil }
        return pending
    }

    /// Pushes the error table and says so; an `exit` unwinds instead.
    func raise(_ error: any Error, on stack: LuaStack) -> LBAnswer {
        let failure = LuaFailure(thrown: error)
        if failure.code == LuaFailure.exitCode {
            if exitStatus == nil { exitStatus = failure }
            return LBAnswer(kind: Int32(LB_EXIT), count: 0)
        }
        stack.push(failure)
        return LBAnswer(kind: Int32(LB_RAISE), count: 1)
    }

    private static let callbacks = LBCallbacks(
        write: { owner, bytes, count in
            core(owner).configuration.output(UnsafeRawBufferPointer(start: bytes, count: count))
        },
        warn: { owner, bytes, count in
            let text = UnsafeRawBufferPointer(start: bytes, count: count)
            core(owner).configuration.warn(String(decoding: text, as: UTF8.self))
        },
        now: { _ in HostLoop.now.nanosecondsSinceEpoch / 1_000_000_000 },
        drop: { owner in core(owner).pending = nil },
        release: { object in Unmanaged<AnyObject>.fromOpaque(object!).release() },
        nearly_full: { owner in core(owner).noteMemory() })

    private static func core(_ owner: UnsafeMutableRawPointer?) -> LuaCore {
        Unmanaged<LuaCore>.fromOpaque(owner!).takeUnretainedValue()
    }
}

extension LuaFailure {
    /// The failure that an error thrown by a host function stands for.
    init(thrown error: any Error) {
        switch error {
        case let failure as LuaFailure: self = failure
        case is CancellationError: self.init(code: "cancelled", message: "the operation was cancelled")
        default: self.init(code: LuaFailure.scriptErrorCode, message: String(describing: error))
        }
    }
}
