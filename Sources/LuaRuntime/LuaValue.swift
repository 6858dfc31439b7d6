public import RowDecoder

/// A Lua value as host code sees it; tables are deep copies of plain data.
///
/// Guard of `@unchecked Sendable`: functions and objects are touched on the loop only.
public enum LuaValue: @unchecked Sendable {
    case `nil`
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    /// A Lua string that need not be UTF-8; only ever pushed, never read.
    case bytes([UInt8])
    case table(LuaTable)
    case function(LuaFunction)
    /// An opaque handle, retained until Lua collects it.
    case object(AnyObject)
    /// Pushed as the iterator of a `for` over the reader's rows; `advance` is called when it has no row left, may wait, and
    /// answers whether to look again.
    case rows(RowReader, advance: HostBody)
    /// Pushed without loss: `null` is json.null, and an array stays an array when it is empty.
    case json(JSONValue)
}

extension LuaValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// Lua's nil.
    public init(nilLiteral: ()) { self = .nil }
}

extension LuaValue {
    /// What a message calls a value of this kind.
    public var typeName: String {
        switch self {
        case .nil: "nil"
        case .boolean: "boolean"
        case .integer, .number: "number"
        case .string, .bytes: "string"
        case .table, .json: "table"
        case .function, .rows: "function"
        case .object: "host object"
        }
    }

    /// The text of a string, else nil.
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    /// An integer or an integral number, else nil.
    public var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }
    /// Any number, else nil.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
    /// A boolean, else nil.
    public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
    /// A table, else nil.
    public var table: LuaTable? { if case .table(let table) = self { table } else { nil } }
    /// A function, else nil.
    public var function: LuaFunction? { if case .function(let function) = self { function } else { nil } }
    /// Whether it is Lua's nil.
    public var isNil: Bool { if case .nil = self { true } else { false } }
}

/// The plain data of a Lua table: its array part and its named fields.
public struct LuaTable: Sendable {
    /// Values under 1, 2, 3 …
    public var array: [LuaValue]
    /// Values under names.
    public var fields: [String: LuaValue]
    /// Whether the script marked it as a JSON array, which tells an empty array from an empty object.
    public internal(set) var isJSONArray = false

    /// A table of fields and array values.
    public init(array: [LuaValue] = [], fields: [String: LuaValue] = [:]) {
        self.array = array
        self.fields = fields
    }

    /// The field, or nil of Lua if there is none.
    public subscript(name: String) -> LuaValue {
        get { fields[name] ?? .nil }
        set { fields[name] = newValue }
    }

    /// Whether it has neither array values nor fields.
    public var isEmpty: Bool { array.isEmpty && fields.isEmpty }
}
