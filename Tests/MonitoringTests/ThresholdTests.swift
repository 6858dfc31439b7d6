import Monitoring
import Testing

@Suite struct ThresholdTests {
    @Test func `Every range of the published tables judges as its words say`() throws {
        let rows = try Fixture("monitoring-ranges.csv").rows
        #expect(rows.count == 11)
        for row in rows {
            func range(_ column: String) throws -> Threshold? {
                row[column].flatMap { $0.isEmpty ? nil : $0 }.map { try! Threshold($0) }
            }
            for state in [CheckState.ok, .warning, .critical] {
                for value in (row[state.word.lowercased()] ?? "").split(separator: " ") {
                    var datum = PerformanceDatum("x", Double(value))
                    datum.warning = try range("warn")
                    datum.critical = try range("crit")
                    #expect(Check(datum).state == state, "\(row["meaning"] ?? ""): \(value)")
                }
            }
        }
    }

    @Test(arguments: [
        ("10", "10"), ("0:10", "10"), ("10:", "10:"), ("0:", "0:"), ("~:10", "~:10"), ("~:", "~:"), ("10:20", "10:20"),
        ("@10:20", "@10:20"), ("@10", "@10"), ("-20:-10", "-20:-10"), ("1.50", "1.5"), ("2e6", "2000000"),
        ("~:1e-7", "~:0.0000001"), ("10:10", "10:10"), ("-0.0:5", "5"),
    ])
    func `A range is written as short as it can be, without an exponent`(text: String, shown: String) throws {
        let threshold = try Threshold(text)
        #expect(threshold.description == shown)
        #expect(try Threshold(shown) == threshold)
    }

    @Test(arguments: [
        "", ":", ":10", "~", "@", "@@10", "10:~", "a", "1,5", "10:20:30", " 10", "0x10", "inf", "nan", "1e999", "~10",
        "10:@20", "--1", "１０",
    ])
    func `What is no range is refused with the grammar`(text: String) {
        #expect { try Threshold(text) } throws: { error in
            let fault = error as? Threshold.Fault
            return fault?.message == "\"\(text)\" is no range" && fault?.hint.contains("@10:20") == true
        }
    }

    @Test(arguments: [("20:10", "10:20 is"), ("-5", "~:-5"), ("@-5", "~:")])
    func `A range that begins above its end is refused with what was meant`(text: String, hint: String) {
        #expect { try Threshold(text) } throws: { error in
            let fault = error as? Threshold.Fault
            return fault?.message.contains("begins above its end") == true && fault?.hint.contains(hint) == true
        }
    }

    @Test func `A range that a shell has made a folder of is told from other mistakes`() {
        #expect { try Threshold("/root:10") } throws: { ($0 as? Threshold.Fault)?.hint.contains("quotes") == true }
    }
}
