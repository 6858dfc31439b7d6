/// The retries a process may still make: each takes one, each success gives a part of one back. Pure.
///
/// After the retry quotas of the AWS SDKs: while most calls succeed, every failure is retried; when most fail, hardly any
/// is, so that clients do not multiply the load a dying service has.
package struct RetryBudget: Sendable, Equatable {
    /// Most there can be.
    package let capacity: Int
    private let perSuccess: Double
    private var level: Double
    /// Retries that were asked for and not there.
    package private(set) var refused = 0

    /// A full budget.
    package init(_ policy: OutagePolicy) {
        capacity = policy.retries
        perSuccess = policy.retriesPerSuccess
        level = Double(policy.retries)
    }

    /// Whole retries left.
    package var left: Int { Int(level) }

    /// Takes a retry. False: there is none.
    package mutating func take() -> Bool {
        guard level >= 1 else {
            refused += 1
            return false
        }
        level -= 1
        return true
    }

    /// A call succeeded.
    package mutating func succeed() {
        level = Double.minimum(level + perSuccess, Double(capacity))
    }
}
