import FinOps
import Testing

struct DecimalTests {
    static let printed: [(Double, String)] = [
        (0.1, "0.1"), (-0.0, "0"), (12.34, "12.34"), (-1e22, "-10000000000000000000000"),
        (1e-30, "0.000000000000000000000000000001"),
        (0.30000000000000004, "0.30000000000000004"), (1152921504606846976, "1152921504606847000"),
        (9007199254740992, "9007199254740992"),
        (1.2345678901234567e-30, "0.0000000000000000000000000000012345678901234567"),
        (999999999999999.9, "999999999999999.9"), (123456789012345, "123456789012345"), (0, "0"),
    ]

    @Test(arguments: printed)
    func `A double becomes the decimal it is printed as`(value: Double, text: String) throws {
        #expect(try Decimal(value).description == text)
        #expect(try Double(Decimal(value)) == value)
    }

    @Test func `Every double becomes what its shortest text says, and comes back`() throws {
        var random = Random(seed: 1)
        for _ in 0..<200_000 {
            let value = random.double()
            let decimal = try Decimal(value)
            #expect(try decimal == Decimal("\(value)"))
            #expect(Double(decimal) == value)
        }
    }

    static let impossible: [(Double, FinOpsError.Code)] = [
        (Double.nan, FinOpsError.Code.notANumber), (.infinity, .notANumber), (-.infinity, .notANumber),
        (6e30, .overflow),
        (-1e300, .overflow), (.leastNonzeroMagnitude, .inexact), (1.2345678901234567e-31, .inexact),
    ]

    @Test(arguments: impossible)
    func `What has no place is an error`(value: Double, code: FinOpsError.Code) {
        expectError(code) { try Decimal(value) }
    }

    static let written: [(String, String)] = [
        ("1", "1"), ("-1.50", "-1.5"), ("+.5", "0.5"), ("7.", "7"), ("007", "7"), ("1e3", "1000"), ("25e-1", "2.5"),
        ("-0.000", "0"), ("0e999999999999", "0"), ("1" + zeros(40) + "e-40", "1"),
        ("0." + zeros(45) + "1", "0." + zeros(45) + "1"),
        ("999999999999999999999999999999", "999999999999999999999999999999"),
    ]

    @Test(arguments: written)
    func `A text is read exactly`(text: String, expected: String) throws {
        #expect(try Decimal(text).description == expected)
    }

    @Test(arguments: [
        "", "-", ".", "1.2.3", "1,000", "1e", "1e+", "--1", "0x1", "nan", "inf", " 1", "1 ", "١", "e5", "1-",
    ])
    func `A text that is no decimal is an error that shows it`(text: String) throws {
        let error = try #require(throws: FinOpsError.self) { try Decimal(text) }
        #expect(error.code == .notANumber)
        #expect(error.message.contains("'\(text)'"))
    }

    static let outOfRange: [(String, FinOpsError.Code)] = [
        ("6e30", FinOpsError.Code.overflow), ("-6" + zeros(30), .overflow), ("1e999999999999", .overflow),
        (String(repeating: "9", count: 90), .overflow), ("1e-47", .inexact), ("1e-999999999", .inexact),
        ("0." + zeros(40) + "1234567", .inexact), ("1." + String(repeating: "3", count: 60), .inexact),
    ]

    @Test(arguments: outOfRange)
    func `A text out of range is an error`(text: String, code: FinOpsError.Code) {
        expectError(code) { try Decimal(text) }
    }

    @Test func `Differences, opposites and order are exact`() throws {
        let small: Decimal = "1e-46"
        let large: Decimal = "999999999999999999999999999999"
        #expect(try large + small - large == small)
        #expect(try large + small > large)
        #expect(-large < small && -small < .zero && small > .zero)
        #expect(-(-large) == large && -Decimal.zero == .zero)
        #expect((-large).magnitude == large && (-large).isNegative && !Decimal.zero.isNegative)
        #expect(Decimal(-42).description == "-42" && Decimal(.max).description == "9223372036854775807")
        #expect(Decimal(.min).description == "-9223372036854775808")
    }
}

func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
