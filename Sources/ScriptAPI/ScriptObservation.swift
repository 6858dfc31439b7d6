public import Monitoring

/// Something a script found out that more than the script may want to know.
public enum ScriptObservation: Sendable {
    /// It made a check.
    case check(Check)
    /// It gave a value for graphs.
    case datum(PerformanceDatum)
    /// It looked for anomalies: how many it found by severity, neither muted nor explained; nil where the day was not ready.
    case anomalies([String: Int]?)
    /// It gave costs to targets: the share of them that was allocated, 0 to 1; nil where there were none.
    case coverage(Double?)
}
