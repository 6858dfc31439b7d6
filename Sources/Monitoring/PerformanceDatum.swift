/// One value for graphs, as the monitoring-plugins guidelines write it: `'label'=value[UOM];warn;crit;min;max`.
public struct PerformanceDatum: Sendable, Equatable {
    /// What tells it from the others.
    public let label: String
    /// Nil: it could not be determined.
    public let value: Double?
    /// Of the value and everything beside it.
    public var unit = ""
    /// When it is a warning.
    public var warning: Threshold?
    /// When it is critical.
    public var critical: Threshold?
    /// The least it can be.
    public var minimum: Double?
    /// The most it can be.
    public var maximum: Double?

    /// A value alone; one that is not finite is none.
    public init(_ label: String, _ value: Double?) {
        self.label = label
        self.value = value.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Whether a text can be a unit: a few characters, of which none is a digit, a quote or separates anything.
    public static func isUnit(_ text: String) -> Bool {
        text.count <= 16
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && $0.value > 0x20 && $0.value < 0x7F && !("0"..."9").contains($0)
                    && !";'\"|=-.~:@".unicodeScalars.contains($0)
            }
    }

    /// The datum, under a label that says whose it is.
    func text(prefix: String) -> String {
        var fields = [value.flatMap(PlainNumber.text).map { $0 + unit } ?? "U"]
        fields += [warning, critical].map { $0?.description ?? "" }
        fields += [minimum, maximum].map { $0.flatMap(PlainNumber.text) ?? "" }
        while fields.last == "" { fields.removeLast() }
        return "'\(Self.quoted(prefix + label))'=\(fields.joined(separator: ";"))"
    }

    /// The label as it stands between quotes: guidelines, "any characters except the equals sign or single quote".
    private static func quoted(_ label: String) -> String {
        PluginText.line(label).replacing("=", with: "_").replacing("'", with: "''")
    }
}
