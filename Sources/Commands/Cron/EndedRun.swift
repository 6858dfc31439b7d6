import Finout
import HostLoop
import Monitoring
import Secrets
import StateStore

/// A run that has ended, as those see it who watch from outside.
struct EndedRun: Sendable {
    /// The script's file.
    let script: String
    /// What tells it from other scripts of that name, and from runs with other arguments: eight hexadecimal digits.
    let key: String
    let started: Moment
    let ended: Moment
    let status: ExitStatus
    /// What the client did; nil of a run that never began.
    var statistics: ClientStatistics?
    var findings = RunFindings()

    /// `path` is the script's, with its links resolved or as it was given.
    init(path: String, arguments: [String], started: Moment, ended: Moment, status: ExitStatus) {
        script = path.split(separator: "/").last.map(String.init) ?? path
        let harmless = arguments.map(KnownSecrets.scrubber.scrubbed)
        key = String(StateStore.hash(([Script.resolved(path)] + harmless).joined(separator: "\0")).prefix(8))
        (self.started, self.ended, self.status) = (started, ended, status)
    }

    /// Adds its gauges; `label` stands in the place of its key, `old` is the page that was written before.
    func add(to page: inout MetricsPage, label: String?, old: String) {
        let labels = [(name: "script", value: script), (name: "run", value: label ?? key)]
        func add(_ name: String, _ help: String, _ value: Double?, _ more: [MetricsPage.Label] = []) {
            if let value { page.add("finlua_" + name, help, labels + more, value) }
        }
        let success = "last_success_timestamp_seconds"
        let known = MetricsPage.value(of: "finlua_" + success, labels, in: old)
        add("last_run_timestamp_seconds", "When the last run ended.", ended.secondsSinceEpoch)
        add(
            success,
            "When the last run ended that came to a result: exit status 0, or 3 for a check that did not hold.",
            status.isResult ? ended.secondsSinceEpoch : known)
        add(
            "run_exit_status", "What the last run ended with; `finlua help exit-codes` lists them.",
            Double(status.rawValue))
        add("run_duration_seconds", "How long the last run took.", (ended - started) / .seconds(1))
        if let statistics {
            add("run_rows", "Rows that the last run read.", Double(statistics.rows))
            add(
                "run_queries", "Queries that the last run asked for, with those of earlier attempts.",
                Double(statistics.submissions + statistics.resumed))
            add("run_requests", "Requests that the last run sent.", Double(statistics.requests.values.reduce(0, +)))
            add("run_retries", "Requests that the last run repeated.", Double(statistics.retries.values.reduce(0, +)))
        }
        for (severity, count) in (findings.anomalies ?? [:]).sorted(by: { $0.key < $1.key }) {
            add("run_findings", "Anomalies that the last run found.", Double(count), [("severity", severity)])
        }
        if findings.anomalies != nil {
            add(
                "run_findings_ready", "Whether the days that the last run judged were ready: 0 or 1.",
                findings.isReady ? 1 : 0)
        }
        add("run_allocation_coverage_ratio", "The share of costs that the last run allocated.", findings.coverage)
        guard !findings.checks.isEmpty || !findings.data.isEmpty else { return }
        for state in CheckState.allCases {
            add(
                "run_checks", "Checks of the last run by state.", Double(findings.checks.count { $0.state == state }),
                [("state", state.word)])
        }
        for check in findings.checks {
            guard let datum = check.datum else { continue }
            add(
                "check_state", "0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.", Double(check.state.rawValue),
                [("check", datum.label)])
        }
        for datum in findings.data {
            add(
                "check_value", "The value; NaN where it could not be determined.", datum.value ?? .nan,
                [("check", datum.label)])
        }
    }
}

extension Moment {
    /// As a gauge has it.
    fileprivate var secondsSinceEpoch: Double { Double(nanosecondsSinceEpoch / 1_000_000) / 1000 }
}
