/// What can be measured: the cost and usage types of the API, by its names.
public enum Measure: String, Sendable, CaseIterable {
    case blendedCost, unblendedCost, netUnblendedCost, amortizedCost, netAmortizedCost, listCost, usageAmount
    case normalizedUsageAmount

    /// Measured in units, not in money; exists for AWS, GCP and Azure only, as Finout says.
    public var isUsage: Bool { self == .usageAmount || self == .normalizedUsageAmount }
}

/// One line of a bill: what one series cost on one day, in millionths of a US dollar or of a unit.
struct LineItem {
    var list: Int64 = 0
    var unblended: Int64 = 0
    var netUnblended: Int64 = 0
    var amortized: Int64 = 0
    var netAmortized: Int64 = 0
    var blended: Int64 = 0
    var usage: Int64 = 0
    var normalizedUsage: Int64 = 0

    /// The amount of one measure, in millionths.
    func amount(_ measure: Measure) -> Int64 {
        switch measure {
        case .blendedCost: blended
        case .unblendedCost: unblended
        case .netUnblendedCost: netUnblended
        case .amortizedCost: amortized
        case .netAmortizedCost: netAmortized
        case .listCost: list
        case .usageAmount: usage
        case .normalizedUsageAmount: normalizedUsage
        }
    }
}
