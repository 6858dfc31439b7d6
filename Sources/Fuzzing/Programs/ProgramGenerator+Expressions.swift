extension ProgramGenerator {
    var binary: [String] {
        [
            "+", "-", "*", "/", "//", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or", "&", "|", "~",
            "<<", ">>",
        ]
    }

    /// Functions that answer the same whenever they are called.
    var library: [String] {
        [
            "string.sub", "string.byte", "string.char", "string.find", "string.match", "string.upper", "string.reverse",
            "string.len", "string.format", "string.pack", "string.unpack", "string.packsize", "table.concat",
            "table.unpack",
            "table.pack", "table.insert", "table.remove", "table.move", "math.floor", "math.ceil", "math.abs",
            "math.fmod",
            "math.modf", "math.tointeger", "math.type", "math.max", "math.min", "math.ult", "math.sqrt", "utf8.char",
            "utf8.codepoint", "utf8.len", "utf8.offset", "tonumber", "tostring", "type", "select", "rawequal", "rawlen",
            "rawget", "rawset", "assert", "setmetatable", "ipairs", "next", "os.difftime",
            "coroutine.resume", "coroutine.status", "coroutine.close", "coroutine.running", "error",
            "string.gsub", "string.gmatch", "load",
        ]
    }

    mutating func expressions(_ most: Int) -> String {
        (0...random.below(most)).map { _ in expression(2) }.joined(separator: ", ")
    }

    /// An expression whose error does not end the block it stands in.
    mutating func caught(_ levels: Int) -> String {
        random.chance(depth == 0 ? 100 : 60) ? "try(function() return \(expression(levels)) end)" : expression(levels)
    }

    mutating func expression(_ levels: Int) -> String {
        nesting += 1
        defer { nesting -= 1 }
        if levels <= 0 || nesting > 4 { return atom() }
        switch random.below(16) {
        case 0...3: return atom()
        case 4...6: return operation(levels)
        case 7: return "(\(random.pick(["-", "not", "#", "~"])) \(expression(levels - 1)))"
        case 8...9: return text(levels)
        case 10: return number(levels)
        case 11:
            guard !functions.isEmpty else { return atom() }
            return "\(random.pick(functions))(\(expressions(2)))"
        case 12: return "(\(table()))[\(key())]"
        case 13: return "(select(2, pcall(\(random.pick(library)), \(expressions(3)))))"
        case 14: return "shown(\(expression(levels - 1)))"
        default: return "(\(closure()))(\(expression(levels - 1)))"
        }
    }

    private mutating func operation(_ levels: Int) -> String {
        let sign = random.pick(binary)
        let (left, right) = (expression(levels - 1), expression(levels - 1))
        if sign == ".." { return "cut(\(left) .. \(right))" }
        return "(\(left) \(sign) \(right))"
    }

    private mutating func atom() -> String {
        switch random.below(10) {
        case 0...3 where !scope.isEmpty: return random.pick(scope)
        case 0...4:
            return random.pick([
                "0", "1", "-1", "2", "3", "7", "10", "255", "0.5", "-0.0", "1e15", "1e100", "(0/0)", "math.huge",
                "-math.huge",
                "math.maxinteger", "math.mininteger", "0x10", "0xA.8p1", "2^53", "1 // 1", "63", "64",
            ])
        case 5...7:
            return random.pick([
                "''", "'a'", "'abc'", "'10'", "' 0x1F '", "'1e2'", "'é€'", "'\\0x'", "'\\255\\128'", "'a,b;c'", "'%d'",
                "'k'",
                "[[long\nline]]", "'\\u{10FFFF}'", "'nan'", "'<i4'", "'%5.1f|%s'",
            ])
        case 8: return random.pick(["nil", "true", "false"])
        default: return nesting < 4 ? table() : "shown"
        }
    }

    mutating func key() -> String {
        random.pick(["1", "2", "-1", "'k'", "'x'", "1.0", "2^53", "true", "#{1, 2}"])
    }

    mutating func table() -> String {
        let entries = (0..<random.below(4)).map { _ in
            switch random.below(5) {
            case 0: "k = \(expression(1))"
            case 1: "[\(key())] = \(expression(1))"
            default: expression(1)
            }
        }
        return "{ \(entries.joined(separator: ", ")) }"
    }

    mutating func closure() -> String {
        let value = expression(1)
        return random.pick([
            "function() burn() return \(value) end", "function(...) burn() return select('#', ...), ... end",
            "function(a) burn() return a \(random.pick(binary)) \(value) end", "function() error(\(value)) end",
            "function() burn() local t = \(table()) return t.x.y end", "function(a) return a(\(value)) end",
            "function(a, b) burn() return b, a end", "function() error(\(value), 0) end",
        ])
    }

    private mutating func text(_ levels: Int) -> String {
        let value = expression(levels - 1)
        let pattern = random.pick([
            "'%w+'", "'(%a)(.)'", "'^%s*(.-)%s*$'", "'[^,;]+'", "'%d*'", "'()'", "'%f[%w]%w+'", "'%b()'", "'.-b'",
            "'['",
            "'%'", "'(a'", "'[%a-z]*'", "'\\0'", "'%1'",
        ])
        return random.pick([
            "str(\(value)):upper()", "str(\(value)):rep(\(random.below(5) - 1), ',')",
            "str(\(value)):sub(\(random.below(9) - 4))",
            "str(\(value)):byte(1, -1)", "str(\(value)):find(\(pattern))", "str(\(value)):match(\(pattern))",
            "str(\(value)):gsub(\(pattern), '<%0>')", "str(\(value)):gsub(\(pattern), \(closure()))",
            "str(\(value)):gsub(\(pattern), { a = 1, b = true })", "cut(str(\(value)):reverse())", "#str(\(value))",
            "string.format('%s|%5s|%q', shown(\(value)), 'x', \(random.below(99)))",
            "string.format('%d %x', \(value), 255)",
            "string.format('%5.2f %g %a', \(value), 1e15, 1)", "string.pack('<i4z', \(value), 'x')",
            "(function() local n = {} for a in str(\(value)):gmatch(\(pattern)) do n[#n + 1] = a end return dump(n) end)()",
            "utf8.len(str(\(value)))", "table.concat({ 1, 2.5, \(value) }, '-')",
            "os.date('!%Y-%m-%d', \(random.below(99999)))",
        ])
    }

    private mutating func number(_ levels: Int) -> String {
        let value = expression(levels - 1)
        return random.pick([
            "math.type(\(value))", "tonumber(\(value))", "tonumber(str(\(value)), \(2 + random.below(35)))",
            "math.tointeger(\(value))",
            "(function() local t = { 3, 1, 2, 10 } table.sort(t, \(random.pick(["nil", "function(a, b) return a > b end", "function() return true end", "function(a, b) error(a) end"]))) return dump(t) end)()",
            "select('#', table.unpack({ 1, nil, 3 }, 1, \(random.below(5))))", "math.ult(\(random.below(3) - 1), 1)",
            "(next({ \(value) }))", "rawequal(\(value), \(value))", "#table.pack(\(value), nil)",
            "math.fmod(\(value), 3)",
        ])
    }
}
