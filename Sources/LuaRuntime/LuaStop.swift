internal import LuaBridge

/// Ends a machine's script for good, from any thread, even where it never waits; nothing of it runs again.
///
/// Guard of `@unchecked Sendable`: the bridge reads and writes it atomically.
public final class LuaStop: @unchecked Sendable {
    let handle: OpaquePointer

    init() {
        guard let handle = lb_stop_make() else { preconditionFailure("no memory for a Lua state") }
        self.handle = handle
    }

    deinit { lb_stop_free(handle) }

    /// Whether Lua, or a host function that it called, holds the loop's thread.
    public var isHeld: Bool { lb_stop_is_entered(handle) }

    /// Whether the end was asked for.
    public var wasAsked: Bool { lb_stop_was_asked(handle) }

    /// Asks for the end. A C function of Lua that takes long is waited for, so ask again while Lua holds the thread.
    public func ask() { lb_stop_ask(handle) }
}
