extension JSONValue {
    /// The first member of that name; nil where there is none or this is no object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The element at that place; nil where there is none or this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// Whether this is JSON's null.
    public var isNull: Bool { self == .null }

    /// The text of a string.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// An integer, also from an integral number or a string that holds one: Finout's documents disagree on which is sent.
    public var integer: Int64? {
        switch self {
        case .integer(let integer): integer
        case .number(let number): Int64(exactly: number)
        case .string(let text): Int64(text) ?? NumberText.parse(text).flatMap { Int64(exactly: $0) }
        default: nil
        }
    }

    /// A number, also from a string that holds one; an integer beyond 2^53 becomes the nearest double.
    public var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .string(let text): NumberText.parse(text)
        default: nil
        }
    }

    /// True or false.
    public var boolean: Bool? {
        guard case .boolean(let boolean) = self else { return nil }
        return boolean
    }

    /// The elements of an array.
    public var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object, in the order of the text.
    public var object: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }
}
