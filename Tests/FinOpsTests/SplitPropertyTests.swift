import FinOps
import Testing

struct SplitPropertyTests {
    private func weights(_ random: inout Random, signed: Bool) throws -> [Weight] {
        let kind = Int.random(in: 0..<4, using: &random)
        return try (0..<Int.random(in: 1...7, using: &random)).map { index in
            var value = try [
                Decimal(1), Decimal(Int.random(in: 0...3, using: &random)), random.decimal(), random.decimal(),
            ][kind]
            if !signed { value = value.magnitude }
            return Weight("target \(index)", value)
        }
    }

    @Test func `A hundred thousand splits lose nothing, mirror, and do not depend on order`() throws {
        var random = Random(seed: 10)
        var zero = 0
        for round in 0..<100_000 {
            let amount = try random.decimal()
            let scale = Bool.random(using: &random) ? nil : Int.random(in: 0...12, using: &random)
            let policy = Split.ZeroWeights.allCases[round % 3]
            let split = Split(scale: scale, zeroWeights: policy)
            let weights = try weights(&random, signed: false)
            let isZero = weights.allSatisfy(\.value.isZero)
            if isZero { zero += 1 }
            if isZero, policy == .error {
                #expect(throws: FinOpsError.self) { try split.shares(of: amount, by: weights) }
                continue
            }
            let shares = try split.shares(of: amount, by: weights)
            try check(shares, of: amount, scale: scale ?? max(2, amount.scale))
            let mirrored = try split.shares(of: -amount, by: weights)
            #expect(mirrored.amounts == shares.amounts.map { -$0 } && mirrored.kept == -shares.kept)
            let shuffled = try split.shares(of: amount, by: weights.shuffled(using: &random))
            #expect(byName(shuffled) == byName(shares) && shuffled.kept == shares.kept)
            for part in shares.parts where part.weight.isZero { #expect(part.amount.isZero) }
        }
        #expect(zero > 1_000)
    }

    @Test func `Splits with weights below zero lose nothing and mirror`() throws {
        var random = Random(seed: 11)
        var done = 0
        for round in 0..<20_000 {
            let amount = try random.decimal()
            let split = Split(scale: 6, zeroWeights: .even, negativeWeights: round % 2 == 0 ? .net : .clamp)
            let weights = try weights(&random, signed: true)
            // Weights that nearly cancel each other make parts that are too large to be.
            guard let shares = try? split.shares(of: amount, by: weights) else { continue }
            done += 1
            try check(shares, of: amount, scale: 6)
            #expect(try split.shares(of: -amount, by: weights).amounts == shares.amounts.map { -$0 })
        }
        #expect(done > 19_000)
    }

    @Test func `No part is a whole unit away from its exact share`() throws {
        var random = Random(seed: 12)
        for _ in 0..<20_000 {
            let amount = Decimal(Int.random(in: -1_000_000...1_000_000, using: &random))
            let weights = (0..<5).map { Weight("\($0)", Decimal(Int.random(in: 0...1_000, using: &random))) }
            guard weights.contains(where: { !$0.value.isZero }) else { continue }
            let shares = try Split(scale: 0).shares(of: amount, by: weights)
            for part in shares.parts {
                // part * total weight against amount * weight
                let off = try (part.amount * shares.weight - amount * part.weight).magnitude
                #expect(off < shares.weight)
            }
        }
    }

    private func check(_ shares: Shares, of amount: Decimal, scale: Int) throws {
        #expect(try Decimal.sum(shares.amounts + [shares.kept]) == amount)
        #expect(shares.amounts.allSatisfy { $0.scale <= scale })
    }

    private func byName(_ shares: Shares) -> [String: Decimal] {
        Dictionary(uniqueKeysWithValues: shares.parts.map { ($0.name, $0.amount) })
    }
}
