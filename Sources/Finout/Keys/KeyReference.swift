/// A key as a script names it: cost center, key id or display name, and a type where one was chosen.
public struct KeyReference: Hashable, Sendable, CustomStringConvertible {
    /// `AWS`, `Virtual Tags`.
    public var costCenter: String
    /// The key's id or display name; may hold `/`.
    public var key: String
    /// One of the key's types, `tag`; nil leaves the choice to the catalogue.
    public var type: String?

    /// A key by its parts.
    public init(costCenter: String, key: String, type: String? = nil) {
        self.costCenter = costCenter
        self.key = key
        self.type = type
    }

    /// A key from `costCenter/key`: the cost center ends at the first slash. Nil if a part is missing.
    public init?(path: String) {
        guard let slash = path.firstIndex(of: "/") else { return nil }
        let costCenter = path[..<slash]
        let key = path[path.index(after: slash)...]
        guard !costCenter.isEmpty, !key.isEmpty else { return nil }
        self.init(costCenter: String(costCenter), key: String(key))
    }

    /// The path, `AWS/service`.
    public var path: String { "\(costCenter)/\(key)" }

    /// The path, and the type where one was chosen.
    public var description: String { path + (type.map { " (\($0))" } ?? "") }
}

/// A key as the account has it. Source: `GET /v2/query-language/keys`.
public struct KeyInfo: Hashable, Sendable {
    /// The cost center the key belongs to.
    public let costCenter: String
    /// The key's id, which requests carry.
    public let key: String
    /// The name shown in Finout; several keys may share one.
    public let displayName: String
    /// The types the key can be asked as; hardly ever more than one.
    public let types: [String]

    /// A key of the account.
    public init(costCenter: String, key: String, displayName: String, types: [String]) {
        self.costCenter = costCenter
        self.key = key
        self.displayName = displayName
        self.types = types
    }
}
