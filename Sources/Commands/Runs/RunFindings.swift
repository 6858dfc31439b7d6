import Monitoring
import ScriptAPI

/// What the script of a run found out: its checks and their values, anomalies, coverage.
struct RunFindings: Sendable {
    private(set) var checks: [Check] = []
    private(set) var data: [PerformanceDatum] = []
    /// Anomalies by severity, of all reports; nil where it asked for none.
    private(set) var anomalies: [String: Int]?
    /// Whether every report was of a day that was ready.
    private(set) var isReady = true
    /// The share of costs that was allocated, 0 to 1, as the script last asked; nil where it did not.
    private(set) var coverage: Double?

    mutating func note(_ observation: ScriptObservation) {
        switch observation {
        case .check(let check): checks.append(check)
        case .datum(let datum): data.append(datum)
        case .anomalies(let counts):
            isReady = isReady && counts != nil
            anomalies = (anomalies ?? [:]).merging(counts ?? [:], uniquingKeysWith: +)
        case .coverage(let share): coverage = share
        }
    }

    /// The checks that did not hold, the worst first.
    var failed: [Check] {
        [CheckState.critical, .warning, .unknown].flatMap { state in checks.filter { $0.state == state } }
    }
}
