import FinOps
import Testing

struct SplitTests {
    private let thirds = [Weight("b", 1), Weight("a", 1), Weight("c", 1)]

    @Test func `A unit that several have the same claim to goes by name or by position`() throws {
        #expect(try Split(scale: 2).shares(of: "100", by: thirds).amounts == ["33.33", "33.34", "33.33"])
        #expect(
            try Split(scale: 2, ties: .position).shares(of: "100", by: thirds).amounts == ["33.34", "33.33", "33.33"])
        #expect(try Split(scale: 2).shares(of: "-100", by: thirds).amounts == ["-33.33", "-33.34", "-33.33"])
    }

    @Test func `Without a scale an amount is split at its own, and at one too coarse the rest is kept`() throws {
        let fine: Decimal = "20.52022672899"
        let own = try Split().shares(of: fine, by: thirds)
        #expect(own.amounts == ["6.84007557633", "6.84007557633", "6.84007557633"] && own.kept.isZero)
        let coarse = try Split(scale: 2).shares(of: -fine, by: thirds)
        #expect(coarse.amounts == ["-6.84", "-6.84", "-6.84"] && coarse.kept == "-0.00022672899")
        expectError(.invalid) { try Split(scale: 47).shares(of: fine, by: thirds) }
    }

    @Test func `Weights that are all zero are an error unless somebody says what they mean`() throws {
        let zeros = [Weight("a", 0), Weight("b", 0)]
        let error = expectError(.weights) { try Split().shares(of: "1", by: zeros) }
        #expect(error?.message.contains("even") == true)
        #expect(try Split(zeroWeights: .even).shares(of: "1", by: zeros).amounts == ["0.5", "0.5"])
        let kept = try Split(zeroWeights: .keep).shares(of: "1", by: zeros)
        #expect(kept.amounts == [.zero, .zero] && kept.kept == "1" && kept.share(of: kept.parts[0]) == 0)
        expectError(.weights) { try Split().shares(of: "1", by: []) }
        expectError(.weights) { try Split(zeroWeights: .even).shares(of: "1", by: []) }
        #expect(try Split(zeroWeights: .keep).shares(of: "1", by: []).kept == "1")
    }

    @Test func `A weight below zero is an error, nothing, or an opposite share`() throws {
        let weights = [Weight("a", 3), Weight("b", -1), Weight("c", 2)]
        let error = expectError(.weights) { try Split().shares(of: "100", by: weights) }
        #expect(error?.message.contains("'b' is -1") == true)
        #expect(try Split(negativeWeights: .clamp).shares(of: "100", by: weights).amounts == ["60", "0", "40"])
        #expect(try Split(negativeWeights: .net).shares(of: "100", by: weights).amounts == ["75", "-25", "50"])
        let opposite = weights.map { Weight($0.name, -$0.value) }
        #expect(try Split(negativeWeights: .net).shares(of: "100", by: opposite).amounts == ["75", "-25", "50"])
        expectError(.weights) {
            try Split(negativeWeights: .net).shares(of: "1", by: [Weight("a", 1), Weight("b", -1)])
        }
        let near = [Weight("a", 1), Weight("b", "-0.9999999999999999999999999999999999999")]
        expectError(.overflow) { try Split(negativeWeights: .net).shares(of: "1", by: near) }
    }

    @Test func `Percentages that miss 100 say by how much`() throws {
        let close = [Weight("a", "33.33"), Weight("b", "33.33"), Weight("c", "33.33")]
        let error = expectError(.weights) { try Split().shares(of: "100", percentages: close) }
        #expect(error?.message.contains("sum to 99.99: 0.01 is missing") == true)
        let above = expectError(.weights) {
            try Split().shares(of: "1", percentages: [Weight("a", "100.5")], remainder: .keep)
        }
        #expect(above?.message.contains("0.5 more") == true)
        expectError(.weights) { try Split().shares(of: "1", percentages: [Weight("a", -1), Weight("b", 101)]) }
        expectError(.weights) { try Split().shares(of: "1", percentages: []) }
    }

    @Test func `The rest of the percentages goes to a target or stays`() throws {
        let some = [Weight("a", 45), Weight("b", 30)]
        let named = try Split().shares(of: "200", percentages: some, remainder: .target("b"))
        #expect(named.amounts == ["90", "110"] && named.parts[1].weight == 55)
        let further = try Split().shares(of: "200", percentages: some, remainder: .target("c"))
        #expect(further.amounts == ["90", "60", "50"] && further.parts.map(\.name) == ["a", "b", "c"])
        let kept = try Split().shares(of: "200", percentages: some, remainder: .keep)
        #expect(kept.amounts == ["90", "60"] && kept.kept == 50 && kept.share(of: kept.parts[0]) == 0.45)
        // Of a cent that both have half a claim to, the target gets it.
        let half = try Split().shares(of: "0.01", percentages: [Weight("a", 50)], remainder: .keep)
        #expect(half.amounts == ["0.01"] && half.kept.isZero)
    }
}
