internal import LuaBridge
public import RunLimits

extension LuaMachine {
    /// `finlua.internal.held`: the rows that a script keeps.
    func installHeld() {
        let meter = core.configuration.meter
        addModule(
            "finlua.internal.held", source: PackageResources.held_lua,
            natives: [
                NamedFunction("limit", "held") { stack, _ in
                    lua_pushinteger(stack.state, lua_Integer(meter?.limits[.rows].value ?? .max))
                    return .values(1)
                },
                NamedFunction("collect", "held") { stack, _ in
                    lb_collect(stack.state)
                    return .values(0)
                },
                NamedFunction("note", "held") { stack, _ in
                    meter?.set(.rows, used: Int(lua_tointegerx(stack.state, 1, nil)))
                    return .values(0)
                },
                NamedFunction("refuse", "held") { stack, _ throws(LuaFailure) in
                    guard let meter else { return .values(0) }
                    meter.set(.rows, used: Int(lua_tointegerx(stack.state, 1, nil)))
                    throw LuaFailure(meter.excess(.rows))
                },
            ])
    }
}

extension LuaFailure {
    /// What a script is told of a limit that it has reached.
    public init(_ excess: LimitExcess) {
        var fields = excess.fields.texts.mapValues(LuaValue.string)
        for (name, number) in excess.fields.numbers { fields[name] = .integer(Int64(number)) }
        self.init(code: excess.code, message: excess.message, hint: excess.hint, fields: fields)
    }
}
