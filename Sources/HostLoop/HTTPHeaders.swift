/// The header fields of a response, in the order received.
public struct HTTPHeaders: Sendable {
    /// Every field as received.
    public var pairs: [(name: String, value: String)]

    /// These fields, in this order.
    public init(_ pairs: [(name: String, value: String)] = []) {
        self.pairs = pairs
    }

    /// The value of the last field of this name, whatever its case.
    public subscript(name: String) -> String? {
        pairs.last { Self.isSame($0.name, name) }?.value
    }

    /// The values of all fields of this name, whatever its case.
    public func all(_ name: String) -> [String] {
        pairs.filter { Self.isSame($0.name, name) }.map(\.value)
    }

    static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
