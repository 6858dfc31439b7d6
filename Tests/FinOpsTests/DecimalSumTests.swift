import FinOps
import Testing

struct DecimalSumTests {
    @Test func `A bill of a thousand rows sums to the last digit, whatever the order`() throws {
        let texts = try Fixture("focus-sum.csv").column("amount")
        let amounts = texts.compactMap(Double.init)
        #expect(amounts.count == 1_000)
        #expect(amounts.reduce(0, +) == 20.52022672899003)
        var random = Random(seed: 1)
        for _ in 0..<20 {
            #expect(try Decimal.sum(amounts.shuffled(using: &random)).description == "20.52022672899")
        }
        #expect(try Double(Decimal.sum(amounts)) == 20.52022672899)
    }

    @Test func `Numbers far apart sum in any order`() throws {
        var random = Random(seed: 2)
        for _ in 0..<2_000 {
            let terms = try (0..<12).map { _ in try random.decimal() }
            let sum = try Decimal.sum(terms)
            #expect(try Decimal.sum(terms.shuffled(using: &random)) == sum)
            #expect(try Decimal.sum(terms + terms.map { -$0 }) == .zero)
            #expect(try terms.reduce(.zero) { try $0 + $1 } == sum)
        }
    }

    @Test func `Only a sum that is too large fails, not what it passes through`() throws {
        let large: Decimal = "999999999999999999999999999999"
        var random = Random(seed: 3)
        let terms = (Array(repeating: large, count: 50) + Array(repeating: -large, count: 50) + ["0.01"])
        for order in [terms, terms.reversed(), terms.shuffled(using: &random)] {
            #expect(try Decimal.sum(order) == "0.01")
        }
        expectError(.overflow) { try Decimal.sum(Array(repeating: large, count: 6)) }
        expectError(.overflow) { try Decimal.sum(Array(repeating: -large, count: 6)) }
        #expect(try Decimal.sum(Array(repeating: large, count: 5)) == "4999999999999999999999999999995")
    }

    @Test func `A sum fails on a term that is no number`() {
        expectError(.notANumber) { try Decimal.sum([1.5, .nan]) }
    }
}
