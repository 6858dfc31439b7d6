import Commands
import HostLoop
import Testing

/// `finlua help MODULE`: every module tells all that it offers.
@Suite struct ModuleReferenceTests {
    @Test func `Every function of every module is described`() async throws {
        let modules = try await HostLoop.withRealClock { try ModuleReference.all() }
        #expect(modules.count >= 14)
        for module in modules {
            #expect(!module.summary.isEmpty && !module.summary.hasPrefix("local"), "\(module.name)")
            for function in module.functions { #expect(!function.about.isEmpty, "\(module.name): \(function.call)") }
        }
        let query = try #require(modules.first { $0.name == "finout" })
        #expect(query.functions.map(\.call).contains(":collect()"))
    }

    @Test func `A module is found by its name, whole or short, and a wrong one by what it nearly is`() async throws {
        for name in ["finlua.group", "group"] {
            let outcome = try await Program().run("help", name)
            #expect(outcome.status == 0 && outcome.output.contains("\ngroup.sum(source, options)\n    "))
        }
        #expect(try await Program().run("help", "modules").output.contains("  finlua.allocate "))
        let wrong = try await Program().run("help", "alocate")
        #expect(wrong.status == 2 && wrong.error.contains("did you mean allocate"), "\(wrong.error)")
    }
}
