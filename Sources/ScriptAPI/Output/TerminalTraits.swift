/// What the terminal that a script prints to can show.
public struct TerminalTraits: Sendable {
    /// Columns.
    public var width: Int
    /// Whether colours are wanted.
    public var hasColor: Bool
    /// Whether its characters are UTF-8; else ASCII.
    public var hasUnicode: Bool

    /// A terminal; by default one that nobody looks at.
    public init(width: Int = 80, hasColor: Bool = false, hasUnicode: Bool = true) {
        self.width = width
        self.hasColor = hasColor
        self.hasUnicode = hasUnicode
    }
}
