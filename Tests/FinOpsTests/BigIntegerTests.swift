import FinOps
import Testing

struct BigIntegerTests {
    /// Of up to six limbs, many of them all zeros or all ones: those are where a quotient is guessed wrong.
    private func number(_ random: inout Random, limbs: Int) -> BigInteger {
        var result = BigInteger.zero
        let shift = BigInteger(UInt256(high: 1, low: 0))
        for _ in 0..<limbs {
            let words: [UInt64] = [0, .max, 1, 1 << 63, .max - 1, random.next(), random.next()]
            let low = UInt128(words.randomElement(using: &random)!)
            let high = UInt128(words.randomElement(using: &random)!)
            result = result * shift + BigInteger(UInt256(high: 0, low: high << 64 | low))
        }
        return Bool.random(using: &random) ? -result : result
    }

    @Test func `Quotient times divisor plus remainder is the dividend`() {
        var random = Random(seed: 7)
        for _ in 0..<50_000 {
            let dividend = number(&random, limbs: Int.random(in: 0...4, using: &random))
            let divisor = number(&random, limbs: Int.random(in: 1...3, using: &random)).magnitude
            guard !divisor.isZero else { continue }
            let (quotient, remainder) = dividend.flooredDivision(by: divisor)
            #expect(quotient * divisor + remainder == dividend)
            #expect(!remainder.isNegative && remainder < divisor)
            #expect((dividend * divisor).exactQuotient(by: divisor) == dividend)
        }
    }

    @Test func `Sums and products obey the laws of arithmetic`() {
        var random = Random(seed: 8)
        for _ in 0..<20_000 {
            let (a, b, c) = (number(&random, limbs: 2), number(&random, limbs: 1), number(&random, limbs: 3))
            #expect((a + b) * c == a * c + b * c)
            #expect(a - b == -(b - a))
            #expect((a < b) == (a - b).isNegative)
            #expect(a - a == .zero && !(a - a).isNegative)
        }
    }

    @Test func `A magnitude of more than 256 bits has no place in one of 256`() {
        #expect(BigInteger.powerOfTen(77).magnitude256 == UInt256.powersOfTen[77])
        #expect(BigInteger.powerOfTen(78).magnitude256 == nil)
        #expect(BigInteger(-12).magnitude256 == UInt256(UInt64(12)))
    }
}
