import FinOps

extension Notice {
    /// Something found in a series, such as an anomaly of a day.
    public struct Finding: Sendable, Equatable {
        /// Part of a series that moved.
        public struct Contributor: Sendable, Equatable {
            /// The part.
            public var name: String
            /// Actual less expected.
            public var change: Double

            /// A part and its change.
            public init(name: String, change: Double) {
                self.name = name
                self.change = change
            }
        }

        /// The series.
        public var series: String
        /// Whether the series is the total of the others.
        public var isTotal = false
        /// How bad it is.
        public var severity: Severity
        /// The day, as in `2026-11-18`.
        public var day: String?
        /// In which way, as in `new_spend`.
        public var rule: String?
        /// What it cost.
        public var actual: Double?
        /// What it should have cost.
        public var expected: Double?
        /// Actual less expected.
        public var impact: Double?
        /// The impact by what was expected; nil where nothing was.
        public var percent: Double?
        /// What the amounts are in.
        public var unit: String?
        /// Since which day it goes on.
        public var since: String?
        /// The parts that moved most, most first.
        public var contributors: [Contributor] = []
        /// What it is told apart by from findings of other days and severities: it grows, and it is another one.
        public var identity: String
        /// What it is told apart by from other series, whatever the day.
        public var subject: String

        /// A finding of a series.
        public init(series: String, severity: Severity, identity: String, subject: String) {
            self.series = series
            self.severity = severity
            self.identity = identity
            self.subject = subject
        }
    }
}

extension Notice.Finding {
    /// As in `AmazonS3: 1,234.50 USD, expected 400.00 (+834.50, +209%), 2026-11-18`.
    var headline: String {
        var text = Wrapped.line(series)
        if let actual { text += ": " + Self.amount(actual) + (unit.map { " " + Wrapped.line($0) } ?? "") }
        if let expected { text += ", expected " + Self.amount(expected) }
        var change: [String] = []
        if let impact { change.append(Self.signed(impact)) }
        if let percent {
            change.append(Self.signed(percent, scale: 0) + "%")
        } else if rule == "new_spend" {
            change.append("new")
        }
        if !change.isEmpty { text += " (" + change.joined(separator: ", ") + ")" }
        if let day { text += ", " + Wrapped.line(day) }
        if let since, since != day { text += ", since " + Wrapped.line(since) }
        return text
    }

    /// The parts that moved most; nil where none are known.
    var contribution: String? {
        guard !contributors.isEmpty else { return nil }
        return contributors.prefix(3).map { "\(Wrapped.line($0.name)) \(Self.signed($0.change))" }
            .joined(separator: ", ") + (contributors.count > 3 ? ", …and \(contributors.count - 3) more" : "")
    }

    /// With two digits after the point and groups of three; what is no amount of money as it is.
    public static func amount(_ value: Double, scale: Int = 2) -> String {
        (try? Decimal(value).formatted(scale: scale, separator: ",")) ?? "\(value)"
    }

    /// The same with its sign.
    static func signed(_ value: Double, scale: Int = 2) -> String {
        let text = amount(value, scale: scale)
        return text.hasPrefix("-") ? text : "+" + text
    }
}
