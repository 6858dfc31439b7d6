import Simulator
import Testing

@Suite struct FaultGrammarTests {
    @Test(arguments: [
        ("status:500:3", FaultPlace.status, "500", Fault.Frequency.first(3), 1),
        ("results:reset", .results, "reset", .first(1), 1),
        ("any:drip:10%", .any, "drip", .rate(0.1), 1),
        ("submit:503:0.25", .submit, "503", .rate(0.25), 1),
        ("submit:503:0.1%", .submit, "503", .rate(0.001), 1), ("submit:503:0.333", .submit, "503", .rate(0.333), 1),
        ("amounts:bare", .amounts, "bare", .rate(1), 1),
        ("query:fail:2", .query, "fail", .first(2), 1),
        ("results:reset:2@3", .results, "reset", .first(2), 3),
        ("results:reset@4", .results, "reset", .first(1), 4),
        ("any:500:20%@2", .any, "500", .rate(0.2), 2),
        ("clock:+7m", .clock, "+7m", .rate(1), 1), ("clock:-5h", .clock, "-5h", .rate(1), 1),
    ])
    func `a fault is read`(
        _ text: String, _ place: FaultPlace, _ kind: String, _ frequency: Fault.Frequency, _ start: Int
    ) throws {
        let fault = try Fault(text)
        #expect(fault.place == place && fault.kind == kind && fault.frequency == frequency && fault.start == start)
        #expect(try Fault(fault.description) == fault)
    }

    @Test(arguments: [
        ("resluts:reset", "; did you mean results? There are: "), ("results:truncat", "did you mean truncate?"),
        ("query:fial", "did you mean fail?"), ("keys:short", "here are: 400-599, redirect, reset, truncate"),
        ("status:999", "has no \"999\""), ("status:50", "there are: 400-599, redirect"),
        ("results", "is not route:kind"), ("results:reset:0", "neither a count like 3 nor a rate"),
        ("results:reset:-1", "neither"), ("results:reset:200%", "neither"), ("results:reset:1:2", "is not route:kind"),
        ("amounts:500", "has no \"500\""), ("results:reset:2@0", "\"@0\" does not say with which request it begins"),
        ("results:reset@", "\"@\" does not say"), ("results:reset@2@3", "\"@2@3\" does not say"),
        ("clock:+5m:2", "holds all the time"), ("clock:-5m@2", "holds all the time"), ("clock:+5", "has no \"+5\""),
        ("clock:5m", "there are: +TIME, -TIME"), ("@3", "results:reset:2@3"),
    ])
    func `a fault that cannot be read says what was meant`(_ text: String, _ part: String) {
        let error = #expect(throws: FaultError.self) { try Fault(text) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test func `every kind of the table can be read at each of its places, and stands there once`() throws {
        for kind in FaultKind.table {
            #expect(!kind.description.isEmpty && !kind.places.isEmpty)
            for place in kind.places {
                for word in kind.examples {
                    #expect(try Fault("\(place.rawValue):\(word)").kind == word)
                    #expect(FaultKind.table.count { $0.places.contains(place) && $0.means(word) } == 1)
                }
            }
        }
    }

    @Test func `every place has a kind`() {
        for place in FaultPlace.allCases { #expect(FaultKind.table.contains { $0.places.contains(place) }) }
    }
}
