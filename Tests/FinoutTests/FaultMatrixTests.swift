import Finout
import HostLoop
import RowDecoder
import Simulator
import Testing

/// Every kind of fault at every place it can have: the right answer or the right error, never a short answer.
struct FaultMatrixTests {
    @Test func `the matrix has every kind at every place, and a rule for each`() {
        for kind in FaultKind.table {
            for place in kind.places {
                for word in kind.examples {
                    let fault = "\(place.rawValue):\(word)"
                    let count = FaultRule.matrix.count { $0.faults[0] == fault || $0.faults[0].hasPrefix(fault + ":") }
                    #expect(count >= (kind.rhythm == .constant ? 1 : 3), "\(fault)")
                }
            }
        }
        #expect(FaultRule.matrix.count >= 600, "\(FaultRule.matrix.count) cases")
        for rule in FaultRule.matrix {
            if case .error(_, let naming) = rule.end { #expect(!naming.hasPrefix("no rule"), "\(naming)") }
        }
    }

    @Test(arguments: FaultRule.matrix)
    func `each fault ends in the right answer or in the one error that names it`(rule: FaultRule) async throws {
        try await Self.check(rule)
    }

    @Test(arguments: FaultRule.steps)
    func `so does a fault at each single request of a run`(rule: FaultRule) async throws {
        try await Self.check(rule)
    }

    @Test(arguments: FaultRule.combinations)
    func `so do several at once`(rule: FaultRule) async throws {
        try await Self.check(rule)
    }

    @Test(arguments: FaultRule.split)
    func `so does each fault where every byte comes by itself`(rule: FaultRule) async throws {
        try await Self.check(rule, splits: true)
    }

    private static func check(_ rule: FaultRule, splits: Bool = false) async throws {
        try await HostLoop.withVirtualClock {
            let undisturbed = try await FaultedRun.undisturbed()
            let run = try FaultedRun(rule.faults, splits: splits)
            let end = await run.end()
            switch (rule.end, end) {
            case (.right, .success(let answer)): #expect(answer == undisturbed)
            case (.right, .failure(let error)): Issue.record("\(error)")
            case (.error(let code, _), .success): Issue.record("an answer, and no \(code.rawValue)")
            case (.error(let code, let naming), .failure(let error)):
                #expect(error.code == code && error.message.contains(naming), "\(error)")
                #expect(!error.message.contains(DemoCredentials.secretKey))
            }
            run.checkManners()
            if !rule.isNeverMet { #expect(run.faultsMet.count == rule.metFaults, "\(run.faultsMet)") }
        }
    }
}
