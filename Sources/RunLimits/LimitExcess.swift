/// A limit that was reached: the one form in which a script and its operator are told.
public struct LimitExcess: Error, Sendable {
    /// Which.
    public let limit: RunLimit
    /// What the run may use.
    public let limits: RunLimits
    /// What was used of it; nil where nobody knows yet.
    public let used: Int?

    /// A limit that was reached.
    public init(_ limit: RunLimit, of limits: RunLimits, used: Int?) {
        self.limit = limit
        self.limits = limits
        self.used = used
    }

    /// The code of the error: `deadline`, `memory` or `limit`.
    public var code: String { limit.code }

    /// `the run took longer than its deadline of 15m (--timeout) and was stopped after 15m`.
    public var message: String {
        let text = "\(limit.row.excess) \(limits.named(limit))"
        guard let used else { return text }
        return text + " " + limit.row.used.replacing("%", with: limit.text(used))
    }

    /// How to raise it, and what else to do.
    public var hint: String {
        "raise it with --\(limit.option) \(limit.placeholder), \(limit.variable) or run.\(limit.entry) of the "
            + "configuration file, or \(limit.row.advice)"
    }

    /// What a program may want to know of it. Times are milliseconds.
    public var fields: (texts: [String: String], numbers: [String: Int]) {
        var numbers = ["value": limits[limit].value]
        numbers["used"] = used
        return (["limit": limit.rawValue, "set_by": limits.origin(of: limit)], numbers)
    }
}
