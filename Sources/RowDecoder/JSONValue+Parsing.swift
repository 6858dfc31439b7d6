import CRowDecoder

extension JSONValue {
    /// Parses a text where it lies if `capacity` leaves 64 bytes behind it, else a copy. Fails if it is not one JSON value in UTF-8,
    /// nests deeper than 1,024 levels or holds a number beyond a double's range.
    public init(parsing bytes: UnsafeRawBufferPointer, capacity: Int) throws(JSONError) {
        var error = rd_json_error()
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard let value = rd_json_parse(start, bytes.count, capacity, &error) else { throw JSONError(error) }
        defer { rd_json_free(value) }
        var node = rd_json_nodes(value)!
        self.init(reading: &node)
    }

    /// Parses a text; fails as `init(parsing:capacity:)` does.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try JSONValue(parsing: bytes, capacity: bytes.count) }
        }
        self = try result.get()
    }

    /// Parses a text; fails as `init(parsing:capacity:)` does.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    // Depth is bounded by the parser.
    private init(reading node: inout UnsafePointer<rd_json_node>) {
        let value = node.pointee
        node += 1
        switch value.kind {
        case RD_JSON_FALSE: self = .boolean(false)
        case RD_JSON_TRUE: self = .boolean(true)
        case RD_JSON_INTEGER: self = .integer(value.as.integer)
        case RD_JSON_NUMBER: self = .number(value.as.number)
        case RD_JSON_STRING: self = .string(value.string)
        case RD_JSON_ARRAY:
            var elements: [JSONValue] = []
            elements.reserveCapacity(value.count)
            for _ in 0..<value.count { elements.append(JSONValue(reading: &node)) }
            self = .array(elements)
        case RD_JSON_OBJECT:
            var members: [Member] = []
            members.reserveCapacity(value.count)
            for _ in 0..<value.count {
                let name = node.pointee.string
                node += 1
                members.append(Member(name: name, value: JSONValue(reading: &node)))
            }
            self = .object(members)
        default: self = .null
        }
    }
}

extension rd_json_node {
    fileprivate var string: String {
        String(decoding: UnsafeRawBufferPointer(start: self.as.text, count: count), as: UTF8.self)
    }
}

extension JSONError {
    init(_ error: rd_json_error) {
        let message = withUnsafeBytes(of: error.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        self.init(message: message, offset: error.offset < 0 ? nil : Int(error.offset))
    }
}
