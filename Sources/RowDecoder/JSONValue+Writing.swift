extension JSONValue {
    /// The value as JSON in UTF-8, numbers as `NumberText.shortest` writes them. Fails on a NaN or infinity, which JSON cannot hold.
    public func serialized(pretty: Bool = false) throws(JSONError) -> [UInt8] {
        var bytes: [UInt8] = []
        try write(to: &bytes, indent: pretty ? 0 : nil)
        return bytes
    }

    private func write(to bytes: inout [UInt8], indent: Int?) throws(JSONError) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .boolean(let boolean): bytes.append(contentsOf: (boolean ? "true" : "false").utf8)
        case .integer(let integer): bytes.append(contentsOf: String(integer).utf8)
        case .number(let number):
            guard number.isFinite else {
                throw JSONError(message: "a number is NaN or infinite, which JSON cannot hold")
            }
            bytes.append(contentsOf: NumberText.shortest(number).utf8)
        case .string(let text): Self.write(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                Self.separate(isFirst: index == 0, indent: indent, in: &bytes)
                try element.write(to: &bytes, indent: indent.map { $0 + 1 })
            }
            if let indent, !elements.isEmpty { Self.startLine(indent: indent, in: &bytes) }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                Self.separate(isFirst: index == 0, indent: indent, in: &bytes)
                Self.write(member.name, to: &bytes)
                bytes.append(contentsOf: (indent == nil ? ":" : ": ").utf8)
                try member.value.write(to: &bytes, indent: indent.map { $0 + 1 })
            }
            if let indent, !members.isEmpty { Self.startLine(indent: indent, in: &bytes) }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func separate(isFirst: Bool, indent: Int?, in bytes: inout [UInt8]) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        if let indent { startLine(indent: indent + 1, in: &bytes) }
    }

    private static func startLine(indent: Int, in bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
            case 0x08: bytes.append(contentsOf: "\\b".utf8)
            case 0x0C: bytes.append(contentsOf: "\\f".utf8)
            case ..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
