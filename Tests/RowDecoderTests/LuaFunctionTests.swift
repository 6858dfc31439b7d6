import RowDecoder
import Testing

struct `Lua functions of the decoder` {
    @Test(arguments: [
        ("number_text(5.0)", "5"), ("number_text(0.1)", "0.1"), ("number_text(1e22)", "1e22"),
        ("number_text(math.mininteger)", "-9223372036854775808"),
        ("number_text(-0.0)", "-0"), ("exact_sum{0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1}", "1.0"),
        ("exact_sum{}", "0.0"),
        ("exact_sum{1, 2.5, -0.25}", "3.25"), ("exact_sum{math.maxinteger, 1, -math.maxinteger}", "1.0"),
    ])
    func `numbers`(call: String, result: String) throws {
        #expect(try LuaState().run("return tostring(\(call))") == result)
    }

    @Test(arguments: [
        ("nil", "null"), ("null", "null"), ("true", "true"), ("1", "1"), ("1.0", "1"), ("0.5", "0.5"),
        ("math.maxinteger", "9223372036854775807"),
        ("'a\"\\n\\0\\x1f/é'", #""a\"\n\u0000\u001f/é""#), ("{}", "{}"), ("json_array{}", "[]"), ("json_array()", "[]"),
        ("{1,2,{3}}", "[1,2,[3]]"),
        ("{b=1,a={c=null},[\"a b\"]='x'}", #"{"a":{"c":null},"a b":"x","b":1}"#), ("json_array{1}", "[1]"),
        ("setmetatable({1}, {__tostring = function() return '2026-10-01' end})", #""2026-10-01""#),
        ("{a={},b=json_array{}}", #"{"a":{},"b":[]}"#),
    ])
    func `a value becomes JSON`(value: String, json: String) throws {
        #expect(try LuaState().run("return json_encode(\(value))") == json)
    }

    @Test(arguments: [
        ("{a={1,2,{b=0/0}}}", "the value.a[3].b cannot be written as JSON: the number is NaN or infinite"),
        ("1/0", "the value cannot be written"),
        ("print", "it is a function"),
        ("{x=io.stdout and coroutine.create(print)}", "the value.x cannot be written as JSON: it is a thread"),
        ("{[1]=1,[3]=3}", "holes"), ("{[1.5]=1}", "neither all texts nor"), ("{1,a=2}", "neither all texts nor"),
        ("json_array{a=1}", "no places of an array"),
        ("json_array{1,nil,3}", "hole"), ("'\\xff'", "not UTF-8"), ("{['\\xff']=1}", "not UTF-8"),
        (
            "(function() local t = {} t.t = {t} return t end)()",
            "the value.t[1] cannot be written as JSON: the table contains itself"
        ),
        ("(function() local t = {} for i = 1, 5000 do t = {t} end return t end)()", "nested too deeply"),
    ])
    func `what JSON cannot hold is refused with its path`(value: String, part: String) {
        let error = #expect(throws: LuaState.Failure.self) { try LuaState().run("return json_encode(\(value))") }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        "null", "true", "-0", "0.1", "9223372036854775807", "-9223372036854775808", "1e22", #""é\u0000\n""#, "[]", "{}",
        "[[],{},[null]]", #"{"a":[{"b":[]}],"c":null}"#,
        #"{"a":{"1":"x"}}"#, "[null,null]",
    ])
    func `JSON goes to Lua and back without loss`(text: String) throws {
        let lua = LuaState()
        let quoted = "[==[\(text)]==]"
        #expect(try lua.run("return json_encode(json_decode(\(quoted)))") == text)
        #expect(try lua.run("return json_encode(json_decode(json_encode(json_decode(\(quoted)), true)))") == text)
    }

    @Test func `decoded values have their types`() throws {
        let lua = LuaState()
        try lua.run(#"v = json_decode('{"i":5,"f":5.0,"big":18446744073709551616,"n":null,"s":"5","a":1,"a":2}')"#)
        #expect(
            try lua.run(
                "return math.type(v.i) .. ' ' .. math.type(v.f) .. ' ' .. math.type(v.big) .. ' ' .. tostring(v.n == null) .. ' ' .. type(v.s) .. ' ' .. v.a"
            )
                == "integer float float true string 1")
    }

    @Test func `a name stays what it was if writing a value takes it out of the object`() throws {
        let text = try LuaState().run(
            """
            local object = {}
            local value = setmetatable({}, { __tostring = function()
                for i = 2, 9 do object[('name '):rep(20) .. i] = nil end
                collectgarbage()
                for i = 2, 99 do local other = ('other'):rep(20) .. i end
                return 'x'
            end })
            object[('name '):rep(20) .. 1] = value
            for i = 2, 9 do object[('name '):rep(20) .. i] = i end
            return (json_encode(object):gsub(('name '):rep(20), 'n'))
            """)
        #expect(text == #"{"n1":"x""# + (2...9).map { ",\"n\($0)\":null" }.joined() + "}")
    }

    @Test func `pretty JSON has two spaces a level`() throws {
        #expect(
            try LuaState().run("return json_encode({a={1},b={}}, true)") == "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}"
        )
    }

    @Test(arguments: [
        ("''", "empty"), ("'[1,'", "ends in the middle at byte 3"), ("'\\xff'", "not UTF-8"),
        ("('['):rep(5000)", "deeply"), ("{}", "string expected"),
    ])
    func `what is no JSON is refused`(text: String, part: String) {
        let error = #expect(throws: LuaState.Failure.self) { try LuaState().run("return json_decode(\(text))") }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        ("{1,'a',true}", "1,a,true\r\n"), ("{1,nil,0.1}, 3", "1,,0.1\r\n"),
        ("{b='x,y',a=0.1}, {'a','b','c'}", "0.1,\"x,y\",\r\n"), ("{a='=1'}, {'a'}", "=1\r\n"),
        ("{a='=1'}, {'a'}, true", "'=1\r\n"), ("{a='',b=null}, {'a','b'}", "\"\",\r\n"),
        ("{a=5.0,b=-7}, {'a','b'}, true", "5,-7\r\n"),
        ("{a=setmetatable({}, {__tostring = function() return 'd' end})}, {'a'}", "d\r\n"), ("{}, {}", "\r\n"),
    ])
    func `a CSV record`(arguments: String, record: String) throws {
        #expect(try LuaState().run("return csv_record(\(arguments))") == record)
    }

    @Test(arguments: [
        ("{b='x',a=0.1}, {'a','b','c'}", #"{"a":0.1,"b":"x","c":null}"#), ("{a={1,{}}}, {'a'}", #"{"a":[1,{}]}"#),
        ("{}, {}", "{}"),
    ])
    func `an NDJSON record`(arguments: String, record: String) throws {
        #expect(try LuaState().run("return ndjson_record(\(arguments))") == record + "\n")
    }

    @Test(arguments: [
        ("csv_record({a=0/0}, {'a'})", "column a"), ("csv_record({a={}}, {'a'})", "column a is a table"),
        ("csv_record({}, {1})", "column 1 has no name"),
        ("csv_record(1)", "table expected"), ("ndjson_record({a=1/0}, {'a'})", "a cannot be written as JSON"),
        ("ndjson_record({})", "table expected"),
        ("exact_sum{1,'2'}", "element 2 is a string"), ("exact_sum{0/0}", "element 1 is not finite"),
        ("exact_sum{1e308,1e308}", "too large"),
        ("number_text('5')", "number expected"), ("number_text(0/0)", "finite"), ("json_encode()", "value expected"),
    ])
    func `wrong arguments are named`(call: String, part: String) {
        let error = #expect(throws: LuaState.Failure.self) { try LuaState().run("return \(call)") }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }
}
