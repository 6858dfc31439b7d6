/// Statistics that one wild value does not move.
package enum Robust {
    /// What a median absolute deviation is multiplied with to estimate a normal distribution's standard deviation.
    static let normalScale = 1.4826

    /// The middle value, or the mean of the two in the middle; nil of nothing.
    package static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The median distance from the median; nil of nothing.
    package static func medianAbsoluteDeviation(_ values: [Double]) -> Double? {
        median(values).flatMap { center in median(values.map { ($0 - center).magnitude }) }
    }

    /// Iglewicz and Hoaglin's modified z-score, 0.6745 (value - median) / MAD; nil where the MAD is zero.
    package static func modifiedScore(of value: Double, among values: [Double]) -> Double? {
        guard let center = median(values), let deviation = medianAbsoluteDeviation(values), deviation > 0 else {
            return nil
        }
        return 0.6745 * (value - center) / deviation
    }
}
