import Commands
import Testing

@Suite struct AlertPolicyTests {
    private func step(_ statuses: [Int?], after: Int = 3, attempts: Int = 1) -> AlertPolicy.Step {
        AlertPolicy(after: after).step(statuses.map { AlertPolicy.Outcome(status: $0, attempts: attempts) })
    }

    @Test func `Failures in a row count up to the last result`() {
        #expect(step([6, 6]) == .nothing)
        #expect(step([6, 6, 0, 6, 6]) == .nothing)
        #expect(step([6, 1, 8]) == .alert(failures: 3))
        #expect(step([6, 6, 6, 6, 0]) == .alert(failures: 4))
        #expect(step([6], after: 1) == .alert(failures: 1))
    }

    @Test func `A check that did not hold is a result, a run that died is a failure`() {
        #expect(step([6, 3, 6, 6]) == .nothing)
        #expect(step([3, 6, 6, 6]) == .recovery)
        #expect(step([nil, 143, nil]) == .alert(failures: 3))
    }

    @Test func `A run that somebody interrupted says nothing either way`() {
        #expect(step([130, 6, 6]) == .nothing)
        #expect(step([6, 130, 6, 130, 6]) == .alert(failures: 3))
        #expect(step([130, 0]) == .nothing)
        #expect(step([130]) == .nothing)
    }

    @Test func `Each attempt of a resumed run is a failure`() {
        #expect(step([6], attempts: 3) == .alert(failures: 3))
        #expect(step([0], attempts: 3) == .recovery)
        #expect(step([]) == .nothing)
    }
}
