internal import HostLoop
internal import LuaBridge

/// A function a script may call: answers at once, or says what to wait for.
public typealias HostBody = @HostLoop (LuaArguments) throws -> HostAnswer

/// What a host function answers.
public enum HostAnswer {
    /// The results, now.
    case values([LuaValue])
    /// The coroutine yields, the operation runs as part of its task, and the results resume it.
    case wait(@HostLoop () async throws -> [LuaValue])
}

/// The Swift half of a host function; Lua keeps it alive.
///
/// Guard of the cast: Lua runs only inside `LuaTask.drive`, on the loop, so the body is always called on its actor.
final class HostFunction {
    /// Sees the Lua stack itself, as the runtime's own modules do; the number is that of the arguments on it.
    typealias StackBody = @HostLoop (LuaStack, Int32) throws -> LBAnswer

    private let body: (LuaStack, Int32) throws -> LBAnswer
    private unowned let core: LuaCore

    private init(core: LuaCore, body: @escaping StackBody) {
        self.core = core
        self.body = unsafeBitCast(body, to: ((LuaStack, Int32) throws -> LBAnswer).self)
    }

    private func invoke(_ state: OpaquePointer, _ count: Int32) -> LBAnswer {
        let stack = LuaStack(state: state, core: core)
        do {
            lua_checkstack(state, 16)
            return try body(stack, count)
        } catch {
            return core.raise(error, on: stack)
        }
    }

    private static let hostBody: LBHostBody = { object, state, count in
        Unmanaged<HostFunction>.fromOpaque(object!).takeUnretainedValue().invoke(state!, count)
    }

    static func push(call: String, on stack: LuaStack, _ body: @escaping StackBody) {
        let object = Unmanaged.passRetained(HostFunction(core: stack.core, body: body)).toOpaque()
        var call = call
        call.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) { text in
                lb_push_host_function(stack.state, object, hostBody, text.baseAddress, text.count)
            }
        }
    }

    static func push(_ body: @escaping HostBody, call: String, on stack: LuaStack) {
        push(call: call, on: stack) { stack, count in
            switch try body(LuaArguments(stack: stack, count: Int(count))) {
            case .values(let values):
                if stack.hasRoom(values.count + 4) { for value in values { stack.push(value) } }
                if let failure = stack.failureOfOverflow() { throw failure }
                return .values(Int32(values.count))
            case .wait(let operation):
                stack.core.pending = .host(operation)
                return .wait
            }
        }
    }
}

/// A native function under its name, and how errors call it.
struct NamedFunction {
    let name: String
    let call: String
    let body: HostFunction.StackBody

    init(_ name: String, _ call: String, _ body: @escaping HostFunction.StackBody) {
        self.name = name
        self.call = call
        self.body = body
    }
}

extension LBAnswer {
    static func values(_ count: Int32) -> LBAnswer { LBAnswer(kind: Int32(LB_RETURN), count: count) }
    static var wait: LBAnswer { LBAnswer(kind: Int32(LB_WAIT), count: 0) }
}
