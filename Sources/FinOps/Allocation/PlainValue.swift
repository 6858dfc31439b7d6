/// A value of JSON, its fields in order.
public indirect enum PlainValue: Hashable, Sendable {
    /// A field of an object.
    public struct Field: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: PlainValue
    }

    /// A text.
    case string(String)
    /// A whole number.
    case integer(Int64)
    /// Values in order.
    case array([PlainValue])
    /// Fields in order.
    case object([Field])

    /// An object.
    static func object(_ fields: KeyValuePairs<String, PlainValue>) -> PlainValue {
        .object(fields.map { Field(name: $0.key, value: $0.value) })
    }
}
