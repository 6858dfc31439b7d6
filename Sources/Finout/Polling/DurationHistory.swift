import Glibc
public import StateStore

/// What durations of the past say about the next one.
///
/// Logarithms of durations are taken as normal. Few of them say little: each estimate starts from a wider one, the
/// kind's from the account's, the account's from what is known of the service, and moves with the evidence.
public enum DurationHistory {
    /// Observations of a kind that count; older ones may tell of another time.
    package static let kindDepth = 30
    /// Observations of an account that count.
    package static let accountDepth = 200

    /// A median of 20 s and a 95th percentile of 180 s. facts.md section 11: "several minutes" happen.
    private static let service = Belief(mean: log(20), meanWeight: 1, variance: 1.336 * 1.336 / 2, varianceWeight: 4)
    /// A kind nobody has seen may take another time than every kind seen so far.
    private static let leastAccountSpread = 1.0
    /// Queries of one kind differ by half of their duration, until it is known better.
    private static let kindVariance = 0.25
    private static let kindVarianceWeight = 2.0
    /// One duration of a kind tells more about the kind than the whole account does.
    private static let kindMeanWeight = 0.2
    /// Of the time by which a query was over, this part at least is taken for its duration, if nothing better is known.
    private static let leastPart = 0.25

    /// The durations to expect of a kind, from those seen of it and of the whole account, the latest last.
    public static func estimate(kind: [ObservedDuration], account: [ObservedDuration]) -> DurationEstimate {
        var belief = service.updated(by: account.suffix(accountDepth).map(measured))
        if !kind.isEmpty {
            belief = Belief(
                mean: belief.mean, meanWeight: kindMeanWeight, variance: kindVariance,
                varianceWeight: kindVarianceWeight
            ).updated(by: kind.suffix(kindDepth).map(measured))
        }
        let spread = kind.isEmpty ? Double.maximum(belief.spread, leastAccountSpread) : belief.spread
        return DurationEstimate(
            median: exp(belief.mean), deviation: spread.squareRoot(), isGuess: kind.isEmpty && account.isEmpty)
    }

    /// The middle of the logarithms a duration may have, and their variance.
    private static func measured(_ duration: ObservedDuration) -> (value: Double, variance: Double) {
        let upper = Double.maximum(duration.upper, 0.001)
        let lower = Double.minimum(Double.maximum(duration.lower, upper * leastPart), upper)
        let width = log(upper / lower)
        return (log(upper) - width / 2, width * width / 12)
    }

    /// A normal distribution of which neither mean nor variance is known: each is held with the weight of so many
    /// observations.
    private struct Belief {
        var mean: Double
        var meanWeight: Double
        var variance: Double
        var varianceWeight: Double

        /// The variance of the next observation.
        var spread: Double { variance * (1 + 1 / meanWeight) }

        func updated(by observations: [(value: Double, variance: Double)]) -> Belief {
            let count = Double(observations.count)
            guard count > 0 else { return self }
            let average = observations.reduce(0) { $0 + $1.value } / count
            let squares = observations.reduce(0) { $0 + ($1.value - average) * ($1.value - average) + $1.variance }
            let shift = average - mean
            var belief = self
            belief.meanWeight += count
            belief.varianceWeight += count
            belief.mean += shift * count / belief.meanWeight
            belief.variance =
                (variance * varianceWeight + squares + shift * shift * meanWeight * count / belief.meanWeight)
                / belief.varianceWeight
            return belief
        }
    }
}
