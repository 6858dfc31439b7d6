import Monitoring
import Testing

@Suite struct CheckReportTests {
    private func datum(_ label: String, _ value: Double?, warn: String? = nil, crit: String? = nil) -> PerformanceDatum
    {
        var datum = PerformanceDatum(label, value)
        datum.warning = warn.map { try! Threshold($0) }
        datum.critical = crit.map { try! Threshold($0) }
        return datum
    }

    private func text(_ checks: [Check]) -> String {
        CheckReport([ScriptVerdict("a.lua", checks: checks, data: checks.compactMap(\.datum))]).text
    }

    private func line(_ data: PerformanceDatum...) -> String {
        CheckReport([ScriptVerdict("a.lua", checks: [Check(.ok, "x")], data: data)]).text
    }

    @Test func `A line has the state, what was found and the performance data`() {
        var spend = datum("spend", 412345.67, warn: "400000", crit: "~:450000")
        spend.unit = "USD"
        spend.minimum = 0
        #expect(
            text([Check(spend)]) == "WARNING - spend is 412345.67 USD, over 400000 | "
                + "'spend'=412345.67USD;400000;~:450000;0\n")
    }

    @Test func `The worst is told first, and what held is counted`() {
        let checks = [
            Check(.ok, "fine"), Check(.unknown, "who knows"), Check(.warning, "so so"), Check(.critical, "bad"),
            Check(.ok, "fine too"), Check(.critical, "worse"),
        ]
        #expect(text(checks) == "CRITICAL - bad; worse; WARNING: so so; UNKNOWN: who knows; 2 OK\n")
        #expect(text([Check(.ok, "fine"), Check(.ok, "well")]) == "OK - fine; well\n")
    }

    @Test func `Of several states the worst is critical, then warning, then unknown`() {
        let order: [CheckState] = [.critical, .warning, .unknown, .ok]
        for (place, worse) in order.enumerated() {
            for better in order[place...] {
                #expect(CheckState.worst(of: [better, worse]) == worse)
                #expect(CheckState.worst(of: [worse, better]) == worse)
            }
        }
        #expect(CheckReport([]).state == .unknown)
    }

    @Test(arguments: [nil, Double.nan, .infinity, -.infinity])
    func `A value that is none is unknown, and so written`(value: Double?) {
        #expect(text([Check(datum("x", value, crit: "10"))]) == "UNKNOWN - x has no value | 'x'=U;;10\n")
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (5, "5"), (0.1, "0.1"), (-12.5, "-12.5"), (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"), (123456789012345680, "123456789012345680"), (1.5e-10, "0.00000000015"),
        (0.1 + 0.2, "0.30000000000000004"), (1e16, "10000000000000000"), (1234567.5, "1234567.5"),
    ])
    func `Numbers are shortest decimals without an exponent`(number: Double, shown: String) {
        #expect(line(datum("x", number)) == "OK - x | 'x'=\(shown)\n")
        #expect(Double(shown) == number)
    }

    @Test func `Any double keeps its value`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let number = Double(bitPattern: generator.next())
            guard number.isFinite else { continue }
            let shown = line(datum("x", number)).dropFirst("OK - x | 'x'=".count).dropLast()
            #expect(Double(shown) == number)
            #expect(shown.allSatisfy { "-0123456789.".contains($0) })
        }
    }

    @Test func `Nothing in a text or a label can break the line`() {
        let odd = "a\nb\r\u{2028}c|d\u{1B}[31m\t\u{0} e"
        let lines = text([Check(.ok, odd), Check(datum(odd, 1, crit: "2"))]).split(separator: "\n")
        #expect(lines.count == 1)
        #expect(lines[0] == "OK - a b c/d [31m e; a b c/d [31m e is 1 | 'a b c/d [31m e'=1;;2")
        #expect(line(datum("it's = x", 1)) == "OK - x | 'it''s _ x'=1\n")
    }

    @Test func `A line has room for so much, and says how much more there is`() {
        let checks = (1...500).map { Check(.critical, "number \($0) is too high") }
        let line = text(checks)
        #expect(line.count < 800)
        #expect(line.hasPrefix("CRITICAL - number 1 is too high; number 2"))
        let told = line.split(separator: ";").count - 1
        #expect(line.hasSuffix("; and \(500 - told) more\n"))
    }

    @Test func `A script that made no check, or was kept from deciding, is unknown`() {
        #expect(text([]) == "UNKNOWN - the script made no check\n")
        let report = CheckReport([ScriptVerdict("a.lua", undecided: "no\nanswer")])
        #expect(report.state == .unknown)
        #expect(report.text == "UNKNOWN - no answer\n")
        #expect(CheckReport(undecided: "no script").text == "UNKNOWN - no script\n")
    }

    @Test func `Of several scripts the first line tells the worst, then each has its own`() {
        let bad = datum("spend", 9, crit: "5")
        let report = CheckReport([
            ScriptVerdict("a.lua", checks: [Check(.ok, "fine")], data: [datum("x", 1)]),
            ScriptVerdict("b.lua", undecided: "the service is away"),
            ScriptVerdict("c.lua", checks: [Check(bad)], data: [bad]),
        ])
        #expect(report.state == .critical)
        #expect(
            report.text == """
                CRITICAL - c.lua: spend is 9, over 5; UNKNOWN: b.lua: the service is away; 1 OK | 'a.lua/x'=1 'c.lua/spend'=9;;5
                OK a.lua: fine
                UNKNOWN b.lua: the service is away
                CRITICAL c.lua: spend is 9, over 5

                """)
    }

    @Test(arguments: [
        ("USD", true), ("%", true), ("", true), ("€", false), ("1", false), ("a b", false), ("a;", false),
    ])
    func `A unit is letters or a sign`(text: String, holds: Bool) {
        #expect(PerformanceDatum.isUnit(text) == holds)
    }
}
