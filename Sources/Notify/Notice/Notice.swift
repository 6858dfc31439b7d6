/// What somebody is to be told, before it is written for a service.
public struct Notice: Sendable, Equatable {
    /// How bad it is; of a notice with findings, at least the worst of them.
    public enum Severity: String, Sendable, Comparable, CaseIterable {
        case info, minor, major, critical

        /// The less bad first.
        public static func < (left: Severity, right: Severity) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// A name and a value that stand beside each other.
    public struct Field: Sendable, Equatable {
        /// What it is.
        public var name: String
        /// As it is shown.
        public var value: String

        /// A field.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Rows as aligned text.
    public struct Table: Sendable, Equatable {
        /// The names of the columns and the rule below them.
        public var head: [String]
        /// The first rows.
        public var lines: [String]
        /// How many rows there are.
        public var count: Int

        /// A table of `count` rows, of which `lines` are the first.
        public init(head: [String], lines: [String], count: Int) {
            self.head = head
            self.lines = lines
            self.count = count
        }
    }

    /// One line: the subject of a mail, the heading of a message.
    public var title: String
    /// Sentences; line breaks are kept.
    public var text: String
    /// How bad it is.
    public var severity: Severity
    /// Names and values, in this order.
    public var fields: [Field] = []
    /// What was found; nil where the notice is about something else. An empty list, with nothing resolved, is nothing to
    /// tell.
    public var findings: [Finding]?
    /// What is found no more.
    public var resolved: [Finding] = []
    /// Rows to show.
    public var table: Table?
    /// Where to read on: an `https` address.
    public var link: String?
    /// What the notice is told once by. With findings it stands before the key of each.
    public var key: String?
    /// What was told by the key is over: told only if that was, and forgotten then.
    public var resolves = false
    /// How long a key is remembered.
    public var remembered = Self.usuallyRemembered

    /// 90 days, as long as the records of runs.
    public static let usuallyRemembered: Duration = .seconds(90 * 86_400)

    /// A notice with a title and a text.
    public init(title: String, text: String = "", severity: Severity = .info) {
        self.title = title
        self.text = text
        self.severity = severity
    }

    /// The worst of the notice and its findings.
    public var worst: Severity { max(severity, findings?.map(\.severity).max() ?? .info) }

    /// The title, and what tells a recovery from an alert.
    public var heading: String { (resolves ? "Resolved: " : "") + Wrapped.line(title) }
}
