import FinOps
import Testing

struct ProductTests {
    @Test(arguments: [
        ("12.34", "0.1", "1.234"), ("-0.5", "0.5", "-0.25"), ("1e-23", "1e-23", "1e-46"), ("1e15", "1e15", "0"),
        ("123456789.123456789", "987654321.987654321", "121932631356500531.347203169112635269"), ("0", "-7", "0"),
    ])
    func `A product is exact`(left: Decimal, right: Decimal, expected: Decimal) throws {
        let expected = try left == "1e15" ? Decimal("1" + zeros(29)) * "10" : expected
        #expect(try left * right == expected)
        #expect(try right * left == expected)
        #expect(try -left * right == -expected)
    }

    @Test func `A product that cannot be exact or is too large is an error`() throws {
        expectError(.inexact) { try Decimal("1e-23") * "1e-24" }
        expectError(.overflow) { try Decimal("1e16") * "1e16" }
        expectError(.overflow) { try Decimal("1e29") * "1e29" }
        #expect(try Decimal("1e-23").multiplied(by: "1e-24", scale: 46) == .zero)
        #expect(try Decimal("1e-23").multiplied(by: "1e-24", scale: 46, .up) == "1e-46")
    }

    @Test func `A product and a quotient are rounded once`() throws {
        #expect(try Decimal("1.15").multiplied(by: "0.1", scale: 2, .halfEven) == "0.12")
        #expect(try Decimal("-1").divided(by: "3", scale: 4) == "-0.3333")
        #expect(try Decimal("-2").divided(by: "3", scale: 4) == "-0.6667")
        #expect(try Decimal("1").divided(by: "-8", scale: 2) == "-0.12")
        #expect(try Decimal("1").divided(by: "8", scale: 2, .halfUp) == "0.13")
        #expect(try Decimal("1e29").divided(by: "1e29", scale: 0) == "1")
        #expect(try Decimal("1e-46").divided(by: "1e-46", scale: 46) == "1")
        expectError(.divisionByZero) { try Decimal("1").divided(by: .zero, scale: 2) }
        expectError(.overflow) { try Decimal("1e29").divided(by: "0.001", scale: 2) }
    }

    @Test func `Multiplying back a quotient never leaves more than half a unit`() throws {
        var random = Random(seed: 6)
        for _ in 0..<20_000 {
            let (dividend, divisor) = try (random.decimal(), random.decimal().rounded(to: 20))
            guard !divisor.isZero, dividend.magnitude < "1e20", divisor.magnitude > "1e-8" else { continue }
            let quotient = try dividend.divided(by: divisor, scale: 12)
            let rest = try (dividend - quotient * divisor).magnitude
            #expect(try rest + rest <= divisor.magnitude * "1e-12")
        }
    }

    @Test func `A ratio is a double, and none at zero`() throws {
        #expect(Decimal("1").ratio(to: "3") == 1.0 / 3)
        #expect(Decimal("-5").ratio(to: "2") == -2.5)
        #expect(Decimal("1").ratio(to: .zero) == nil)
    }
}
