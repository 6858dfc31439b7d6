/// Makes Lua programs that compile, the same for the same seed.
///
/// Every loop and every function burns fuel, so that a program ends by itself; with `isHostile` it also calls the
/// modules of finlua, allocates without end, and loops for ever.
package struct ProgramGenerator {
    var random: SplitMix
    let isHostile: Bool
    /// Names that may be read, innermost last.
    var scope: [String] = []
    /// How many of the names may be assigned.
    var constants: Set<String> = []
    var functions: [String] = []
    var depth = 0
    /// Levels of expressions within expressions.
    var nesting = 0
    private var lastName = 0
    private var lines: [String] = []

    package init(seed: UInt64, isHostile: Bool) {
        random = SplitMix(seed: seed)
        self.isHostile = isHostile
    }

    /// A program without its prelude: a chunk for `ProgramText`.
    package mutating func program() -> String {
        for _ in 0..<(6 + random.below(10)) { statement() }
        for name in scope { emit("p('\(name)', dump(\(name)))") }
        return lines.joined(separator: "\n")
    }

    // MARK: Text

    mutating func emit(_ line: String) {
        lines.append(String(repeating: " ", count: depth) + line)
    }

    mutating func newName() -> String {
        lastName += 1
        return "v\(lastName)"
    }

    /// A block with its own names, `header` before and `footer` behind it.
    mutating func block(_ header: String, _ footer: String, _ names: [String] = [], _ body: (inout Self) -> Void) {
        emit(header)
        let outer = (scope, functions)
        scope += names
        depth += 1
        body(&self)
        depth -= 1
        (scope, functions) = outer
        emit(footer)
    }

    mutating func body(_ most: Int = 4) {
        emit("burn()")
        for _ in 0...random.below(most) { statement() }
    }

    // MARK: Statements

    mutating func statement() {
        if depth > 5 { return emit("p(\(caught(2)))") }
        switch random.below(isHostile ? 30 : 25) {
        case 0...3: declare()
        case 4...5: assign()
        case 6...7: emit("p(\(caught(3)), \(caught(2)))")
        case 8: conditional()
        case 9: loop()
        case 10:
            block("for k, v in sorted(try(function() return \(table()) end)) do", "end", ["k", "v"]) { $0.body(2) }
        case 11...12: function()
        case 13...14: emit("p(pcall(\(closure()), \(caught(1))))")
        case 15: emit("p(xpcall(\(closure()), function(e) return 'handled', shown(e) end))")
        case 16...17: coroutine()
        case 18: object()
        case 19: closing()
        case 20: jump()
        case 21: emit("p(pcall(\(random.pick(library)), \(caught(2)), \(caught(1))))")
        case 22: loaded()
        case 23:
            emit(
                "do local t = try(function() return \(table()) end) or {} p(pcall(rawset, t, \(key()), \(caught(2)))) p(dump(t), pcall(rawlen, t)) end"
            )
        case 24:
            emit(
                "p(pcall(error, \(random.pick(["'plain'", "{ code = 1 }", "nil", "7", "setmetatable({}, { __tostring = function() return 'E' end })"])), \(random.below(4))))"
            )
        default: hostile()
        }
    }

    private mutating func declare() {
        let name = newName()
        if random.chance(10) {
            emit("local \(name) <const> = \(caught(2))")
            constants.insert(name)
        } else if random.chance(20) {
            let other = newName()
            emit("local \(name), \(other) = \(caught(2)), \(caught(3))")
            scope.append(other)
        } else {
            emit("local \(name) = \(caught(3))")
        }
        scope.append(name)
    }

    private mutating func assign() {
        let names = scope.filter { !constants.contains($0) }
        guard !names.isEmpty else { return declare() }
        if random.chance(25) {
            emit("\(random.pick(names)), \(random.pick(names)) = \(caught(2)), \(caught(2))")
        } else {
            emit("\(random.pick(names)) = \(caught(3))")
        }
    }

    private mutating func conditional() {
        block("if \(caught(2)) then", "else") { $0.body(2) }
        block(random.chance(50) ? "if \(caught(1)) then" : "do", "end end") { $0.body(2) }
    }

    private mutating func loop() {
        let name = newName()
        switch random.below(4) {
        case 0:
            let bounds = "\(random.below(9) - 4), \(random.below(9) - 2), \(random.pick(["1", "-1", "2", "0.5", "3"]))"
            block("for \(name) = \(bounds) do", "end", [name]) { $0.body(2) }
        case 1:
            block("for \(name), w in ipairs(try(function() return \(table()) end)) do", "end", [name, "w"]) {
                $0.body(2)
            }
        case 2:
            emit("local \(name) = \(random.below(5))")
            block("while \(name) > 0 do", "end", [name]) { generator in
                generator.emit("\(name) = \(name) - 1")
                generator.constants.insert(name)
                generator.body(2)
                if generator.random.chance(30) { generator.emit("if \(generator.caught(1)) then break end") }
            }
        default:
            emit("local \(name) = 0")
            block("repeat", "until \(name) > \(random.below(4)) or last", []) { generator in
                generator.emit("\(name) = \(name) + 1 local last = \(generator.caught(1))")
                generator.emit("burn()")
            }
        }
    }

    private mutating func function() {
        let name = newName()
        let parameters = (0..<random.below(3)).map { "a\($0)" }
        let isVariadic = random.chance(40)
        let list = (parameters + (isVariadic ? ["..."] : [])).joined(separator: ", ")
        block("local function \(name)(\(list))", "end", parameters) { generator in
            generator.body(2)
            if isVariadic { generator.emit("p(select('#', ...), ...)") }
            if generator.random.chance(30), !parameters.isEmpty {
                generator.emit("if #shown(a0) > 3 then return \(name)() end")
            }
            generator.emit("return \(generator.expressions(3))")
        }
        functions.append(name)
        scope.append(name)
        constants.insert(name)
    }

    private mutating func coroutine() {
        let name = newName()
        block("local \(name) = \(random.chance(50) ? "wrapped" : "coroutine.create")(function(...)", "end)") {
            generator in
            generator.body(2)
            generator.emit("p('got', coroutine.yield(\(generator.expressions(2))))")
            generator.statement()
            generator.emit("p(coroutine.isyieldable(), pcall(coroutine.yield, \(generator.expression(1))))")
            generator.emit(
                generator.random.pick(["return 1, 2", "error('in coroutine')", "error({})", "local x = nil + 1"]))
        }
        for _ in 0...random.below(4) {
            emit(
                "p(pcall(function() if type(\(name)) == 'thread' then return coroutine.status(\(name)), "
                    + "coroutine.resume(\(name), \(expression(1))) end return \(name)(\(expression(1))) end))")
        }
        if random.chance(50) { emit("if type(\(name)) == 'thread' then p(pcall(coroutine.close, \(name))) end") }
        constants.insert(name)
        scope.append(name)
    }

    private mutating func object() {
        let name = newName()
        let events = [
            "__index", "__newindex", "__add", "__concat", "__eq", "__lt", "__le", "__len", "__call", "__unm", "__idiv",
            "__band", "__shl", "__tostring", "__name", "__metatable", "__mod", "__div", "__pairs", "__close",
        ]
        block("local \(name) = setmetatable(totable(\(caught(1))), {", "})") { generator in
            for _ in 0...generator.random.below(6) {
                let event = generator.random.pick(events)
                switch event {
                case "__name", "__metatable": generator.emit("\(event) = 'Kind',")
                case "__index" where generator.random.chance(40): generator.emit("\(event) = { x = 1, m = shown },")
                default:
                    generator.emit(
                        "\(event) = function(a, b) burn() return \(generator.random.pick(["1", "a", "b", "rawlen(a)", "'text'", "error('in \(event)')", "rawequal(a, b)", "cut(shown(b))"])) end,"
                    )
                }
            }
        }
        scope.append(name)
        constants.insert(name)
        emit(
            "p(pcall(function() return \(name) \(random.pick(binary)) \(random.chance(50) ? name : expression(1)) end))"
        )
        emit("p(pcall(function() return #\(name), -\(name), \(name).x, \(name)(1) end))")
        emit("p(pcall(function() \(name).y = 1 return \(name):m(\(expression(1))) end))")
        emit("p(pcall(tostring, \(name)))")
    }

    private mutating func closing() {
        let failing = random.chance(30) ? "error('in close')" : "burn()"
        block("p(pcall(function(...)", "end, \(caught(2))))") { generator in
            generator.emit(
                "local c <close> = setmetatable({}, { __close = function(_, e) p('closed', e) \(failing) end })")
            generator.body(2)
            generator.emit(
                generator.random.pick(["return ...", "error('left')", "do return 1, ... end", "p(select(-1, 1, ...))"]))
        }
    }

    private mutating func jump() {
        let name = newName()
        block("do local \(name) = 0 ::again::", "end") { generator in
            generator.emit("burn() \(name) = \(name) + 1")
            generator.emit("p(\(name), \(generator.caught(2)))")
            generator.emit("if \(name) < \(generator.random.below(4)) then goto again end")
        }
    }

    private mutating func loaded() {
        let text = random.pick([
            "return 1 + ", "x = 5 return x", "local a <const> = 1 a = 2", "return ...", "goto nowhere", "for",
            "return '\\x4'",
            "break", "return 0x7fffffffffffffff + 1, 1e308 * 10, 3 // 0.0", "local t = {} t.a.b = 1",
            "return _ENV == nil",
            "::a:: ::a::", "return 1 .. 2 .. 'x', 2^53, 7 // -2, 7 % -2.5, -7 >> 1", "error('x', 2)",
        ])
        emit(
            "p(pcall(function() local f, e = load(\(Self.quoted(text)), '=c', 't', \(random.chance(50) ? "{}" : "nil"))"
                + " if not f then return nil, e end return f(\(expression(1))) end))")
        if random.chance(30) {
            emit(
                "local n = 0 p(pcall(load, function() n = n + 1 return ({ 'return ', n > 9 and '' or '1', \(expression(1)) })[n] end))"
            )
        }
    }

    static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
