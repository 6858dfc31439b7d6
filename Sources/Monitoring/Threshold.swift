/// A range in the grammar of the monitoring-plugins guidelines: `[@]start:end`. A value outside it is an alert; with `@`, one
/// inside it. Both ends belong to the range.
public struct Threshold: Sendable, Equatable, CustomStringConvertible {
    /// Minus infinity where it has no start.
    let start: Double
    /// Infinity where it has no end.
    let end: Double
    let alertsInside: Bool

    /// Why a text is no range.
    public struct Fault: Error, Sendable {
        /// What is wrong with it.
        public let message: String
        /// What to write.
        public let hint: String
    }

    /// Reads `10`, `10:`, `~:10`, `10:20`, `@10:20`. Fails for anything else, and where the start lies above the end.
    public init(_ text: String) throws(Fault) {
        alertsInside = text.hasPrefix("@")
        let parts = text.drop { $0 == "@" }.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let first = parts.count > 1 ? parts[0] : "0"
        let last = parts.last ?? ""
        guard !text.hasPrefix("@@"), let start = first == "~" ? -.infinity : PlainNumber.parse(first),
            let end = last.isEmpty && parts.count > 1 ? .infinity : PlainNumber.parse(last)
        else {
            let isFolder = text.drop { $0 == "@" }.hasPrefix("/")
            throw Fault(
                message: "\"\(text)\" is no range",
                hint: isFolder ? "a shell makes a folder of ~; write '~:10' in quotes" : Self.grammar)
        }
        guard start <= end else {
            throw Fault(
                message: "the range \"\(text)\" begins above its end",
                hint: parts.count > 1
                    ? "\(last):\(first) is the range from \(last) to \(first)"
                    : "a number alone is the range from 0 to it; write ~:\(text) to be told above \(text), "
                        + "or \(text): to be told below")
        }
        (self.start, self.end) = (start, end)
    }

    /// What a range may be, for hints.
    static let grammar =
        "10 alerts below 0 and above 10, 10: below 10, ~:10 above 10, 10:20 outside 10 to 20, @10:20 inside"

    /// Whether the value is one to be told of.
    public func alerts(on value: Double) -> Bool { (start...end).contains(value) == alertsInside }

    /// What is wrong with a value that it alerts on: "over 10".
    func reason(_ value: Double) -> String {
        if alertsInside { return "within \(Self.text(start) ?? "-∞") to \(Self.text(end) ?? "∞")" }
        return value < start ? "under \(Self.text(start) ?? "")" : "over \(Self.text(end) ?? "")"
    }

    /// The shortest way to write it.
    public var description: String {
        let range =
            switch (Self.text(start), Self.text(end)) {
            case ("0", let end?): end
            case (let start, let end): "\(start ?? "~"):\(end ?? "")"
            }
        return (alertsInside ? "@" : "") + range
    }

    private static func text(_ number: Double) -> String? { PlainNumber.text(number) }
}
