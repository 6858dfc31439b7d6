import FinOps
import Testing

struct RoundingTests {
    @Test(arguments: [
        (Rounding.halfEven, ["2", "-2", "4", "2", "3", "-3", "0"]), (.halfUp, ["3", "-3", "4", "2", "3", "-3", "0"]),
        (.halfDown, ["2", "-2", "3", "2", "3", "-3", "0"]), (.up, ["3", "-3", "4", "3", "3", "-3", "1"]),
        (.down, ["2", "-2", "3", "2", "2", "-2", "0"]), (.floor, ["2", "-3", "3", "2", "2", "-3", "0"]),
        (.ceiling, ["3", "-2", "4", "3", "3", "-2", "1"]),
    ])
    func `Each way to round`(rounding: Rounding, expected: [String]) throws {
        let values: [Decimal] = ["2.5", "-2.5", "3.5", "2.4", "2.500000000001", "-2.500000000001", "1e-46"]
        #expect(try values.map { try $0.rounded(to: 0, rounding).description } == expected)
    }

    @Test func `Rounding keeps what fits, and the scale is checked`() throws {
        #expect(try Decimal("1.005").rounded(to: 2, .halfUp) == "1.01")
        #expect(try Decimal("1.005").rounded(to: 46) == "1.005")
        #expect(try Decimal("-0.004").rounded(to: 2) == .zero)
        expectError(.invalid) { try Decimal("1").rounded(to: 47) }
        expectError(.invalid) { try Decimal("1").rounded(to: -1) }
    }

    @Test(arguments: [
        ("1234567.005", 2, ",", "1,234,567.00"), ("-1234.5", 2, ",", "-1,234.50"), ("999.999", 2, ",", "1,000.00"),
        ("-0.001", 2, ",", "0.00"), ("0.5", 0, ",", "0"), ("-999", 0, " ", "-999"), ("12", 3, "", "12.000"),
        ("100000", 0, "\u{202F}", "100\u{202F}000"), ("0.1", 46, "", "0.1" + zeros(45)),
    ])
    func `A number is written with its scale and groups`(value: Decimal, scale: Int, separator: String, text: String)
        throws
    {
        #expect(try value.formatted(scale: scale, separator: separator) == text)
    }

    @Test func `A decimal knows how many places it needs`() throws {
        for (value, scale) in [("0", 0), ("100", 0), ("1.50", 1), ("0.01", 2), ("1e-46", 46), ("-3.00000000001", 11)] {
            #expect(try Decimal(value).scale == scale)
        }
        var random = Random(seed: 5)
        for _ in 0..<20_000 {
            let value = try random.decimal()
            #expect(try value.rounded(to: value.scale, .up) == value)
            #expect(try value.scale == 0 || value.rounded(to: value.scale - 1, .down) != value)
        }
    }
}
