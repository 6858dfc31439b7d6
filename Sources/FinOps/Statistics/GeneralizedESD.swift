/// Rosner's generalized extreme Studentized deviate test: up to a number of outliers in data that is otherwise about
/// normal. NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.17.3.
package struct GeneralizedESD: Sendable {
    /// One candidate.
    package struct Step: Sendable {
        /// Where it stands in the data.
        package let index: Int
        /// Its distance from the mean of what is left, in standard deviations of that.
        package let statistic: Double
        /// What that is held against.
        package let critical: Double
    }

    /// The candidates, the most extreme first.
    package let steps: [Step]
    /// How many of them are outliers: the last candidate beyond its critical value and all before it.
    package let count: Int

    /// Tests for up to `maximum` outliers at a significance between 0 and 1.
    package init(_ values: [Double], significance: Double = 0.05, maximum: Int) {
        var left = Array(values.indices)
        var steps: [Step] = []
        var count = 0
        while steps.count < maximum, left.count > 2 {
            let mean = left.reduce(0) { $0 + values[$1] } / Double(left.count)
            let squares = left.reduce(0) { $0 + (values[$1] - mean) * (values[$1] - mean) }
            let deviation = (squares / Double(left.count - 1)).squareRoot()
            guard deviation > 0,
                let place = left.indices.max(by: {
                    (values[left[$0]] - mean).magnitude < (values[left[$1]] - mean).magnitude
                })
            else { break }
            let size = Double(left.count)
            let t = StudentT.quantile(1 - significance / (2 * size), degreesOfFreedom: size - 2)
            let critical = t * (size - 1) / ((size - 2 + t * t) * size).squareRoot()
            let statistic = (values[left[place]] - mean).magnitude / deviation
            steps.append(Step(index: left.remove(at: place), statistic: statistic, critical: critical))
            if statistic > critical { count = steps.count }
        }
        self.steps = steps
        self.count = count
    }

    /// Where the outliers stand, the most extreme first.
    package var outliers: [Int] { steps.prefix(count).map(\.index) }
}
