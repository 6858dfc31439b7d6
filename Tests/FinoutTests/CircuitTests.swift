import Finout
import HostLoop
import Testing

/// The circuit and the retry budget by themselves: values in, values out.
struct CircuitTests {
    private static let start = Day("2026-11-20")!.start

    private static func at(_ seconds: Double) -> Moment { start + .milliseconds(Int64(seconds * 1000)) }

    /// A circuit with the time in seconds. A class, so that an expectation may change it.
    private final class Trial {
        var circuit = Circuit()

        /// One that opened at 4 s.
        static func opened(_ cause: RetryCause = .unavailable) -> Trial {
            let trial = Trial()
            for second in 0..<5 { _ = trial.fail(Double(second), cause) }
            return trial
        }

        func admit(_ second: Double) -> Circuit.Admission { circuit.admit(at: CircuitTests.at(second)) }

        func answered() -> Circuit.Event? { circuit.answered() }

        func fail(
            _ second: Double, _ cause: RetryCause = .unavailable, after: Double? = nil, isProbe: Bool = false
        ) -> Circuit.Event? {
            circuit.failed(
                cause, "HTTP 503", notBefore: after.map { CircuitTests.at(second + $0) }, sent: CircuitTests.at(second),
                isProbe: isProbe,
                random: 1, now: CircuitTests.at(second))
        }
    }

    @Test func `it opens with the fifth failure in a row, and an answer between begins anew`() {
        let trial = Trial()
        for second in 0..<4 { #expect(trial.fail(Double(second)) == nil) }
        #expect(trial.answered() == nil)
        for second in 4..<8 {
            _ = trial.fail(Double(second))
            #expect(trial.admit(Double(second)) == .send)
        }
        _ = trial.fail(8)
        #expect(trial.circuit.isOpen && trial.circuit.openings == 1 && trial.circuit.since == Self.at(4))
        #expect(trial.admit(8) == .wait(until: Self.at(9)))
    }

    @Test func `three failures that took the whole patience open it as well`() {
        let trial = Trial()
        for second in [0, 50] { _ = trial.fail(Double(second), .interrupted) }
        #expect(!trial.circuit.isOpen)
        _ = trial.fail(91, .interrupted)
        #expect(trial.circuit.isOpen && trial.admit(91) == .refuse)
    }

    @Test func `while it is open one probe goes at a time, after waits that grow to ten seconds`() {
        let trial = Trial.opened()
        var probes: [Double] = []
        var second = 4.0
        while second < 60 {
            if trial.admit(second) == .probe {
                probes.append(second)
                #expect(trial.admit(second) == .wait(until: Self.at(90)), "one at a time")
                _ = trial.fail(second, isProbe: true)
            }
            second += 0.5
        }
        #expect(probes == [5, 7, 11, 19, 29, 39, 49, 59])
    }

    @Test func `it is announced when the first probe failed, and only then its end`() {
        var trial = Trial.opened()
        #expect(trial.admit(5) == .probe)
        #expect(trial.answered() == nil, "a hiccup")
        trial = Trial.opened()
        #expect(trial.admit(5) == .probe)
        #expect(trial.fail(5, isProbe: true) == .opened)
        #expect(trial.admit(7) == .probe)
        #expect(trial.fail(7, isProbe: true) == nil)
        #expect(trial.answered() == .closed(since: Self.at(0), failures: 7))
        #expect(trial.admit(8) == .send)
    }

    @Test func `the patience is 90 seconds, and ten with a service no connection was ever made to`() {
        let known = Trial.opened()
        let unreached = Trial.opened(.connection)
        #expect(known.circuit.patienceEnds == Self.at(90) && unreached.circuit.patienceEnds == Self.at(10))
        #expect(unreached.admit(5) == .probe && unreached.admit(10) == .refuse)
        #expect(known.admit(10) == .probe)
        // Whoever comes later still tries once.
        unreached.circuit.probeLost()
        #expect(unreached.admit(3600) == .probe)
    }

    @Test func `a time the service names is waited for, however far, and tried once`() {
        let trial = Trial.opened()
        _ = trial.admit(5)
        _ = trial.fail(5, after: 300, isProbe: true)
        #expect(trial.admit(200) == .wait(until: Self.at(305)))
        #expect(trial.admit(305) == .probe)
        _ = trial.fail(305, isProbe: true)
        #expect(trial.admit(306) == .refuse)
    }

    @Test func `a probe that was cancelled lets the next one go`() {
        let trial = Trial.opened()
        #expect(trial.admit(5) == .probe)
        trial.circuit.probeLost()
        #expect(trial.admit(5) == .probe)
    }

    private func take(_ budget: inout RetryBudget) -> Bool { budget.take() }

    @Test func `every retry takes one, four successes give one back, and no more than there were`() {
        var budget = RetryBudget(OutagePolicy())
        for _ in 0..<30 { #expect(take(&budget)) }
        #expect(!take(&budget))
        #expect(budget.refused == 1 && budget.left == 0)
        for _ in 0..<3 { budget.succeed() }
        #expect(!take(&budget))
        #expect(budget.refused == 2)
        budget.succeed()
        #expect(take(&budget))
        #expect(!take(&budget))
        for _ in 0..<1000 { budget.succeed() }
        #expect(budget.left == 30)
    }

    @Test(arguments: [1, 7, 20]) func `a wait is below its ceiling, which doubles up to the cap`(attempt: Int) {
        let backoff = Backoff(base: .milliseconds(500), cap: .seconds(30))
        #expect(backoff.wait(after: attempt, random: 0) == .zero)
        #expect(backoff.wait(after: attempt, random: 0.999) < backoff.ceiling(after: attempt))
        #expect(backoff.ceiling(after: attempt) == [1: .milliseconds(500), 7: .seconds(30), 20: .seconds(30)][attempt])
    }
}
