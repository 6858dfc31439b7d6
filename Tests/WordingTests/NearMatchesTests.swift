import Testing
import Wording

@Suite struct NearMatchesTests {
    @Test(arguments: [
        ("servce", ["service", "server", "region"], ["service", "server"]),
        ("REGION", ["region", "regions"], ["region", "regions"]),
        ("taem", ["team", "time"], ["team"]),
        ("account", ["linked account id", "day"], ["linked account id"]),
        ("zzz", ["region", "day"], []),
        ("", ["day"], []),
    ])
    func `The nearest name comes first, and far ones not at all`(text: String, names: [String], expected: [String]) {
        #expect(NearMatches.best(for: text, among: names) == expected)
    }

    @Test func `At most as many as asked for`() {
        #expect(NearMatches.best(for: "a1", among: ["a2", "a3", "a4"], limit: 2) == ["a2", "a3"])
    }

    @Test func `A hint names one, or is none`() {
        #expect(NearMatches.hint(for: "dya", among: ["day", "week"]) == "did you mean day?")
        #expect(NearMatches.hint(for: "quarter", among: ["day", "week"]) == nil)
        #expect(NearMatches.list(["a", "b", "c"]) == "'a', 'b' or 'c'")
    }
}
