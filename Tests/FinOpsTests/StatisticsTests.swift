import FinOps
import Testing

struct StatisticsTests {
    @Test func `Rosner's outliers come out as NIST publishes them`() throws {
        let values = try Fixture("rosner-data.csv").column("value").compactMap(Double.init)
        let steps = try Fixture("rosner-steps.csv")
        let test = GeneralizedESD(values, significance: 0.05, maximum: 10)
        #expect(values.count == 54 && test.steps.count == 10)
        // Published to a thousandth; half of one more for the rounding of what was published.
        for (step, row) in zip(test.steps, steps.rows) {
            #expect((step.statistic - (Double(row["statistic"] ?? "") ?? 0)).magnitude < 0.001)
            #expect((step.critical - (Double(row["critical"] ?? "") ?? 0)).magnitude < 0.001)
        }
        #expect(test.outliers.map { values[$0] } == [6.01, 5.42, 5.34])
    }

    @Test func `Rosner's median, deviation and modified score are those published`() throws {
        let values = try Fixture("rosner-data.csv").column("value").compactMap(Double.init)
        // Differences of doubles are off in their last bits.
        #expect((try #require(Robust.median(values)) - 2.095).magnitude < 1e-12)
        #expect((try #require(Robust.medianAbsoluteDeviation(values)) - 0.545).magnitude < 1e-12)
        #expect((try #require(Robust.modifiedScore(of: 6.01, among: values)) - 4.845).magnitude < 0.0005)
    }

    /// From tables of the t distribution: NIST/SEMATECH e-Handbook 1.3.6.7.2, to a thousandth; one degree of freedom is
    /// tan(π(p - 1/2)), two are (2p - 1) √(2 / (1 - (2p - 1)²)), exactly.
    static let quantiles: [(Double, Double, Double, Double)] = [
        (0.975, 1, 12.706204736174698, 1e-9), (0.95, 1, 6.313751514675037, 1e-11), (0.75, 2, 0.816496580927726, 1e-13),
        (0.999, 2, 22.327124770119873, 1e-8), (0.975, 10, 2.228, 0.0005), (0.99, 30, 2.457, 0.0005),
        (0.999, 5, 5.893, 0.0005), (0.95, 100, 1.660, 0.0005), (0.5, 7, 0, 0), (0.9995, 60, 3.460, 0.0005),
    ]

    @Test(arguments: quantiles)
    func `Student's t has the quantiles of the tables`(
        probability: Double, degrees: Double, expected: Double, tolerance: Double
    ) {
        let quantile = StudentT.quantile(probability, degreesOfFreedom: degrees)
        #expect((quantile - expected).magnitude <= tolerance, "\(quantile)")
        #expect(StudentT.quantile(1 - probability, degreesOfFreedom: degrees) + quantile < 1e-6)
    }

    @Test func `Data that are all the same, or next to none, have no outliers`() {
        #expect(GeneralizedESD([2, 2, 2, 2, 2], maximum: 3).outliers.isEmpty)
        #expect(GeneralizedESD([1, 9], maximum: 3).steps.isEmpty && GeneralizedESD([], maximum: 3).steps.isEmpty)
        #expect(Robust.median([]) == nil && Robust.medianAbsoluteDeviation([]) == nil)
        #expect(Robust.modifiedScore(of: 3, among: [1, 1, 1]) == nil)
        #expect(Robust.median([4, 1, 3, 2]) == 2.5)
    }
}
