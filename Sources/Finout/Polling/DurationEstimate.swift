import Glibc

/// How long a query takes, as a log-logistic distribution: a log-normal one with heavier tails and closed forms.
///
/// Times are ages in seconds since the submission.
public struct DurationEstimate: Hashable, Sendable {
    /// Half of the queries take longer. Seconds.
    public let median: Double
    /// The higher, the closer durations lie to the median.
    public let shape: Double
    /// No duration was ever observed: nothing is implausible.
    public let isGuess: Bool

    /// The distribution of durations whose logarithms have this standard deviation.
    public init(median: Double, deviation: Double, isGuess: Bool = false) {
        self.median = median
        self.isGuess = isGuess
        shape = Double.pi / (deviation * 3.0.squareRoot())
    }

    /// The chance that a query has ended by `age`.
    public func chance(by age: Double) -> Double { odds(age) / (1 + odds(age)) }

    /// The chance that a query which ran at `asked` has ended by `age`.
    package func chance(by age: Double, runningAt asked: Double) -> Double {
        (odds(age) - odds(asked)) / (1 + odds(age))
    }

    /// The age by which a query that ran at `asked` has ended with this chance.
    package func age(ofChance chance: Double, runningAt asked: Double) -> Double {
        Double.maximum(asked, age(ofOdds: (odds(asked) + chance) / (1 - chance)))
    }

    /// For how long a query that ran at `asked` is expected to have been over at `age`. Seconds.
    package func expectedDelay(at age: Double, runningAt asked: Double) -> Double {
        guard age > asked else { return 0 }
        return mean(from: asked, to: age) { end, _ in age - end }
    }

    /// What polling a query from `age` to `end` at its best takes: divided by the square root of the delay that each
    /// call is to find, it is the number of calls.
    ///
    /// With a chance to end of h a second, a call each sqrt(2 * delay / h) seconds finds `delay` each time. This is
    /// sqrt(h / 2), summed over the time in which the query that ran at `asked` is expected to run.
    package func effort(from age: Double, to end: Double, runningAt asked: Double) -> Double {
        let stillRunning = 1 - chance(by: age, runningAt: asked)
        return stillRunning
            * mean(from: age, to: end) { end, chance in (end / (2 * shape * chance)).squareRoot() }
    }

    /// The sum, over the ways in which a query that ran at `start` can have ended by `end`, of chance times `value`.
    /// `value` is given the age at the end and the chance of having ended by then.
    ///
    /// Summed over chances and not over time: it takes as few steps however narrow the distribution is.
    private func mean(from start: Double, to end: Double, _ value: (Double, Double) -> Double) -> Double {
        let startOdds = odds(start)
        let stillRunning = 1 / (1 + startOdds)
        let total = chance(by: end, runningAt: start)
        guard total > 0 else { return 0 }
        let steps = 16
        var sum = 0.0
        // Simpson's rule; the root of the chance is what is stepped over, because values may be steep at the start,
        // and the first term is zero.
        for step in 1...steps {
            let root = Double(step) / Double(steps)
            let ended = total * root * root
            let chance = startOdds * stillRunning + ended * stillRunning
            let age = age(ofOdds: chance / (stillRunning * (1 - ended)))
            let weight = step == steps ? 1.0 : step % 2 == 1 ? 4 : 2
            sum += weight * value(age, chance) * 2 * total * root
        }
        return sum / Double(3 * steps)
    }

    private func odds(_ age: Double) -> Double { pow(Double.maximum(age, 0) / median, shape) }

    private func age(ofOdds odds: Double) -> Double { median * pow(odds, 1 / shape) }
}
