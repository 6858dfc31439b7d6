/// The API's column names are built from the request and never taken apart: every part may hold `_` (facts.md 11.7).
extension Dimension {
    /// `<costCenter>_<type>_<key>`.
    public var columnName: String { "\(key.costCenter)_\(key.type ?? "")_\(key.key)" }
}

extension Measurement {
    /// `<measurement>_<operator>`.
    public var columnName: String { "\(type.rawValue)_\(`operator`.rawValue)" }
}
