import RowDecoder
import Testing

struct `JSON values` {
    @Test(
        arguments: [
            ("null", .null), ("true", true), (" false ", false), ("0", 0), ("-0", .number(-0.0)),
            ("-0.0", .number(-0.0)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9223372036854775808)),
            ("18446744073709551615", .number(18446744073709551616)),
            ("18446744073709551616", .number(18446744073709551616)),
            ("-9223372036854775809", .number(-9223372036854775808)),
            ("123456789012345678901234567890", .number(1.2345678901234568e29)), ("[]", []), ("{}", [:]),
            ("1.5e-3", 0.0015), ("1e22", 1e22),
            (
                #"{"a":-0,"b":"-0","c":[123456789012345678901]}"#,
                ["a": .number(-0.0), "b": "-0", "c": [.number(123456789012345683968)]]
            ),
            (#""é\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t""#, "éé😀\"\\/\u{8}\u{c}\n\r\t"),
            (#"["",{"":null}]"#, ["", ["": nil]]),
        ] as [(String, JSONValue)])
    func `a text becomes its value`(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        #expect(try JSONValue(parsing: value.serialized()) == value)
        #expect(try JSONValue(parsing: value.serialized(pretty: true)) == value)
    }

    @Test func `a number below zero keeps its sign`() throws {
        let value = try JSONValue(parsing: "[-0]")
        #expect(value[0]?.number?.sign == .minus)
        #expect(try String(decoding: value.serialized(), as: UTF8.self) == "[-0]")
    }

    @Test func `members keep order and duplicates and the first one is found`() throws {
        let value = try JSONValue(parsing: #"{"b":1,"a":2,"b":3}"#)
        #expect(value.object?.map(\.name) == ["b", "a", "b"])
        #expect(value["b"] == 1)
        #expect(value["c"] == nil)
        #expect(try String(decoding: value.serialized(), as: UTF8.self) == #"{"b":1,"a":2,"b":3}"#)
    }

    @Test func `numbers are found in strings too`() {
        #expect(JSONValue.string("228977").integer == 228977)
        #expect(JSONValue.string("2e3").integer == 2000)
        #expect(JSONValue.number(5).integer == 5)
        #expect(JSONValue.number(5.5).integer == nil)
        #expect(JSONValue.number(1e300).integer == nil)
        #expect(JSONValue.string("1.25").number == 1.25)
        #expect(JSONValue.string("NaN").number == nil)
        #expect(JSONValue.boolean(true).number == nil)
    }

    @Test(arguments: [
        "", " ", "nul", "[1,]", "[1", #"{"a"}"#, #"{"a":1,}"#, "{'a':1}", "01", "+1", "1.", ".5", "1 2", "\"\u{1}\"",
        #""\x""#, #""\ud800""#, "1e400",
        "-1e400", "NaN", "[1]]", "\u{FEFF}1", "[-]", "\"", "tru", "1e", "--1", "-0 -0",
        "123456789012345678901234567890.",
    ])
    func `what is no JSON is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC3, 0x22], [0x31, 0x00],
    ])
    func `bytes that are no UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }

    @Test(arguments: [
        ("", 0, "empty"), ("{\"a\":1,\"b\":tru", 14, "ends in the middle"), ("{\"a\":1", 6, "ends in the middle"),
        ("[1 2]", 3, "expected , or ]"),
        ("{\"a\" 1}", 5, "expected :"), ("{\"a\":1 1}", 7, "expected , or }"), ("{1:1}", 1, "member's name"),
        ("[1,]", 3, "expected a value"),
        ("[1e400]", 1, "too large"), ("[01]", 1, "malformed"), ("[]]", 2, "more after"), ("[\"a\u{1}\"]", 3, "control"),
        ("[\"\\x\"]", 2, "escape"),
        ("[\"abc", 5, "ends in the middle"), ("[trve]", 3, "expected true"),
        (String(repeating: "[", count: 1500), 1024, "deeply"),
    ])
    func `an error says where the fault is`(text: String, offset: Int, part: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.offset == offset)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `the first byte that is no UTF-8 is named`() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: Array("\"aé😀".utf8) + [0xC3, 0x22]) }
        #expect(error?.offset == 8)
    }

    @Test func `depth is bounded`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try JSONValue(parsing: nested(1000)).array?.count == 1)
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(1100)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(1_000_000)) }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what JSON cannot hold is not written`(number: Double) {
        #expect(throws: JSONError.self) { try JSONValue.array([.number(number)]).serialized() }
    }

    @Test func `text is written with as little escaping as JSON allows`() throws {
        let value: JSONValue = [
            "text": "a\"\\/\u{1}\u{1f}\n\r\t\u{8}\u{c}é\u{2028}", "n": 1e22, "empty": [], "none": [:],
        ]
        let expected = #"{"text":"a\"\\/\u0001\u001f\n\r\t\b\fé"# + "\u{2028}" + #"","n":1e22,"empty":[],"none":{}}"#
        #expect(try String(decoding: value.serialized(), as: UTF8.self) == expected)
    }

    @Test func `pretty text has one value a line`() throws {
        let value: JSONValue = ["a": [1, ["b": nil]], "c": []]
        let expected = """
            {
              "a": [
                1,
                {
                  "b": null
                }
              ],
              "c": []
            }
            """
        #expect(try String(decoding: value.serialized(pretty: true), as: UTF8.self) == expected)
    }

    @Test func `bytes in a padded buffer are parsed where they lie whatever stands behind them`() throws {
        let text = Array(#"{"a":[1,2,"x"]}"#.utf8)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count + 64, alignment: 1)
        defer { buffer.deallocate() }
        buffer.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "]"))
        buffer.copyBytes(from: text)
        let value = try JSONValue(
            parsing: UnsafeRawBufferPointer(rebasing: buffer[..<text.count]), capacity: buffer.count)
        #expect(value == ["a": [1, 2, "x"]])
    }
}
