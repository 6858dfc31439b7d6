internal import LuaBridge
internal import Synchronization

/// A Lua value kept alive by the registry for as long as this object lives.
final class LuaReference: Sendable {
    let number: Int32
    private let list: ReferenceList

    init(number: Int32, list: ReferenceList) {
        self.number = number
        self.list = list
    }

    deinit { list.release(number) }
}

/// References whose objects are gone, from any thread; the machine lets Lua forget them when it next enters.
final class ReferenceList: Sendable {
    private let released = Mutex<[Int32]>([])

    func release(_ number: Int32) { released.withLock { $0.append(number) } }

    func forget(in state: OpaquePointer) {
        let numbers = released.withLock { released in
            defer { if !released.isEmpty { released = [] } }
            return released
        }
        for number in numbers { luaL_unref(state, LB_REGISTRY, number) }
    }
}

/// A Lua function that host code may call later through its machine.
public final class LuaFunction: Sendable {
    let reference: LuaReference

    init(_ reference: LuaReference) { self.reference = reference }
}
