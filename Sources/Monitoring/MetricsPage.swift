/// Gauges in the text format of Prometheus, as node_exporter's textfile collector reads them: each with its HELP and TYPE
/// once, whoever its samples are of.
public struct MetricsPage: Sendable {
    /// A name and a value that tell a sample from the others.
    public typealias Label = (name: String, value: String)

    private var families: [(name: String, help: String, samples: [String])] = []

    /// No gauges yet.
    public init() {}

    /// Adds a sample; a value that is not finite is NaN, which the format has.
    public mutating func add(_ name: String, _ help: String, _ labels: [Label], _ value: Double) {
        let sample = "\(Self.key(name, labels)) \(PlainNumber.text(value) ?? "NaN")"
        if let place = families.firstIndex(where: { $0.name == name }) {
            families[place].samples.append(sample)
        } else {
            families.append((name, help, [sample]))
        }
    }

    /// All of it.
    public var text: String {
        families.map { family in
            let help = family.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
            let head = "# HELP \(family.name) \(help)\n# TYPE \(family.name) gauge\n"
            return head + family.samples.map { $0 + "\n" }.joined()
        }.joined()
    }

    /// The value of a sample in a page that was written before; nil where there is none.
    public static func value(of name: String, _ labels: [Label], in page: String) -> Double? {
        let start = key(name, labels) + " "
        let line = page.split(separator: "\n").first { $0.hasPrefix(start) }
        return line.flatMap { PlainNumber.parse($0.dropFirst(start.count)) }
    }

    private static func key(_ name: String, _ labels: [Label]) -> String {
        let shown = labels.map { label in
            let value = label.value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
                "\n", with: "\\n")
            return "\(label.name)=\"\(value)\""
        }
        return shown.isEmpty ? name : "\(name){\(shown.joined(separator: ","))}"
    }
}
