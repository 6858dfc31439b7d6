import RowDecoder
import Testing

struct `Exact sums` {
    @Test(
        arguments: [
            ([], 0), ([0.1], 0.1), (Array(repeating: 0.1, count: 10), 1), ([0.1, 0.2], 0.3), ([1e16, 1, -1e16], 1),
            ([1e308, 1e308, -1e308], 1e308),
            ([1e22, 0.1, -1e22], 0.1), ([1e300, 1e-300, -1e300], 1e-300), ([-0.1, -0.2], -0.3), ([0.3, -0.1, -0.2], 0),
            ([1e-5, -1], -0.99999),
            ([5e15, 0.5], 5_000_000_000_000_000.5), ([1, -1e-300], 1),
            ([9_007_199_254_740_992, 1, 1], 9_007_199_254_740_994), ([-5, 3], -2),
            ([1.7976931348623157e308, 1.7976931348623157e308], .infinity),
            ([-1.7976931348623157e308, -1.7976931348623157e308], -.infinity),
            ([.leastNonzeroMagnitude, .leastNonzeroMagnitude], 2 * Double.leastNonzeroMagnitude),
            ([999_999_999, 1], 1_000_000_000), ([1e9, -1], 999_999_999),
        ] as [([Double], Double)])
    func `decimals add up as on paper`(numbers: [Double], sum: Double) {
        #expect(ExactSum.of(numbers) == sum)
    }

    @Test func `the order does not matter`() {
        var generator = SplitMix(seed: 7)
        for _ in 0..<200 {
            var numbers = (0..<100).map { _ in
                let exponent = Int.random(in: -30...30, using: &generator)
                return NumberText.parse("\(Int.random(in: -99_999...99_999, using: &generator))e\(exponent)")!
            }
            let sum = ExactSum.of(numbers)
            for _ in 0..<5 {
                numbers.shuffle(using: &generator)
                #expect(ExactSum.of(numbers) == sum)
            }
            #expect(ExactSum.of(numbers.map { -$0 }) == -sum)
            #expect(ExactSum.of(numbers + numbers.map { -$0 }) == 0)
        }
    }

    @Test func `cents add up like integers`() {
        var generator = SplitMix(seed: 9)
        let cents = (0..<10_000).map { _ in Int.random(in: -1_000_000...10_000_000, using: &generator) }
        let sum = ExactSum.of(cents.lazy.map { Double($0) / 100 })
        #expect(sum == Double(cents.reduce(0, +)) / 100)
    }

    @Test func `what is not finite has no sum`() {
        #expect(ExactSum.of([1, .nan]).isNaN)
        #expect(ExactSum.of([.infinity]).isNaN)
    }
}
