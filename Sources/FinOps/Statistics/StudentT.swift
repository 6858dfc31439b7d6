import Glibc

/// Student's t distribution.
package enum StudentT {
    /// The value below which a t variable falls with a probability between 0 and 1, both excluded, to about twelve digits.
    package static func quantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
        precondition(probability > 0 && probability < 1 && degreesOfFreedom > 0, "no such quantile")
        if probability == 0.5 { return 0 }
        // In the lower tail, where few digits are lost. Newton's steps find the root; where
        // one leaves the bounds around it, they are halved.
        let tail = Double.minimum(probability, 1 - probability)
        var (low, high) = (0.0, 1.0)
        while upperTail(high, degreesOfFreedom) > tail { (low, high) = (high, high * 4) }
        var t = (low + high) / 2
        for _ in 0..<2_000 {
            let off = upperTail(t, degreesOfFreedom) - tail
            if off > 0 { low = t } else { high = t }
            var next = t + off / density(t, degreesOfFreedom)
            if !(next > low && next < high) { next = (low + high) / 2 }
            if (next - t).magnitude <= 1e-15 * next { break }
            t = next
        }
        return probability < 0.5 ? -t : t
    }

    /// The probability beyond t >= 0: half of I_x(v/2, 1/2) with x = v / (v + t²).
    private static func upperTail(_ t: Double, _ v: Double) -> Double {
        IncompleteBeta.value(v / (v + t * t), v / 2, 0.5) / 2
    }

    private static func density(_ t: Double, _ v: Double) -> Double {
        exp(-(v + 1) / 2 * log1p(t * t / v) - IncompleteBeta.logBeta(v / 2, 0.5)) / v.squareRoot()
    }
}

/// The regularised incomplete beta function I_x(a, b).
package enum IncompleteBeta {
    /// Its value, from 0 at x = 0 to 1 at x = 1. By the continued fraction of DiDonato and Morris (DLMF 8.17.22) after
    /// Lentz, on the side of the mean on which it converges quickly.
    package static func value(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        if x > (a + 1) / (a + b + 2) { return 1 - value(1 - x, b, a) }
        let front = exp(a * log(x) + b * log1p(-x) - logBeta(a, b)) / a
        return front / fraction(x, a, b)
    }

    /// DLMF 8.17.22: 1 + d1/(1 + d2/(1 + …)).
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        var (result, c, d) = (1.0, 1.0, 0.0)
        for step in 1...10_000 {
            let m = Double(step / 2)
            let term =
                step % 2 == 0
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 + term * d
            c = 1 + term / c
            if d.magnitude < tiny { d = tiny }
            if c.magnitude < tiny { c = tiny }
            d = 1 / d
            let factor = c * d
            result *= factor
            if (factor - 1).magnitude < 1e-15 { break }
        }
        return result
    }

    fileprivate static func logBeta(_ a: Double, _ b: Double) -> Double { logGamma(a) + logGamma(b) - logGamma(a + b) }

    /// Stirling's series (DLMF 5.11.1), from 10 on to fifteen digits; smaller arguments are raised first.
    private static func logGamma(_ argument: Double) -> Double {
        var (x, product) = (argument, 1.0)
        while x < 10 {
            product *= x
            x += 1
        }
        let square = 1 / (x * x)
        let series =
            (1 / 12.0 - square * (1 / 360.0 - square * (1 / 1260.0 - square * (1 / 1680.0 - square / 1188.0)))) / x
        return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series - log(product)
    }
}
