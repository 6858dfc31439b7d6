import CRowDecoder

/// Sums that do not depend on the order of their numbers.
public enum ExactSum {
    /// The double nearest to the sum of the numbers, each taken as its shortest decimal: ten times 0.1 is 1.
    /// An infinity if no double can hold it, NaN if a number is not finite.
    public static func of(_ numbers: some Sequence<Double>) -> Double {
        var sum = rd_sum()
        rd_sum_begin(&sum)
        for number in numbers {
            guard number.isFinite else { return .nan }
            rd_sum_add(&sum, number)
        }
        return rd_sum_result(&sum)
    }
}
