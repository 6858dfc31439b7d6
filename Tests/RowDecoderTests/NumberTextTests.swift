import RowDecoder
import Testing

struct `Numbers as text` {
    @Test(arguments: [
        (5.0, "5"), (-5, "-5"), (0, "0"), (-0.0, "-0"), (0.1, "0.1"), (100_000, "100000"), (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e-9, "1.5e-9"), (123456.789, "123456.789"), (9_007_199_254_740_992, "9007199254740992"),
        (922_368_547_758_089_856, "922368547758089856"), (-9_223_372_036_854_774_784, "-9223372036854774784"),
        (1e20, "100000000000000000000"), (1e21, "1e21"),
        (1.2345e22, "1.2345e22"), (.leastNonzeroMagnitude, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e308"),
        (-2.2250738585072014e-308, "-2.2250738585072014e-308"), (0.30000000000000004, "0.30000000000000004"),
    ])
    func `a number has one shortest text`(number: Double, text: String) {
        #expect(NumberText.shortest(number) == text)
        #expect(NumberText.parse(text)?.bitPattern == number.bitPattern)
    }

    @Test func `every double reads back as itself`() {
        var generator = SplitMix(seed: 11)
        for round in 0..<200_000 {
            var bits = generator.next()
            if round % 4 == 0 { bits &= 0x800F_FFFF_FFFF_FFFF }  // subnormals
            let number = Double(bitPattern: bits)
            guard number.isFinite else { continue }
            let text = NumberText.shortest(number)
            guard NumberText.parse(text)?.bitPattern == bits, !text.contains("+"), !text.hasSuffix(".0") else {
                Issue.record("\(bits) is written as \(text)")
                return
            }
        }
    }

    @Test func `a decimal of few digits stays as it was written`() {
        var generator = SplitMix(seed: 13)
        for _ in 0..<100_000 {
            let whole = Int.random(in: 1...999_999_999, using: &generator)
            let zeros = String(repeating: "0", count: Int.random(in: 0...5, using: &generator))
            let sign = Bool.random(using: &generator) ? "-" : ""
            let text = "\(sign)\(whole).\(zeros)\(Int.random(in: 1...9, using: &generator))"
            guard NumberText.parse(text).map(NumberText.shortest) == text else {
                Issue.record("\(text)")
                return
            }
        }
    }

    @Test(arguments: [
        "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "nan", "inf", "Infinity", "0x10", " 1", "1 ", "1e400", "1,5",
    ])
    func `what is no decimal is not read`(text: String) {
        #expect(NumberText.parse(text) == nil)
    }
}
