package import RunLimits

/// Everything that ended a run or spoiled what it leaves, and which of it the exit status tells. The only place where
/// one goes before another.
package struct RunEnding: Sendable {
    /// The signal that asked it to end.
    package var signal: Int32?
    /// The limit that ended it, which no script can catch.
    package var limit: RunLimit?
    /// Another run has its lock.
    package var isLocked = false
    /// The state or standard output could not be written.
    package var isLost = false
    /// What the error that ended it comes to.
    package var error: ExitStatus?
    /// The status that the script asked for.
    package var requested: ExitStatus?
    /// The script was given data that is not whole, and did not look.
    package var isIncomplete = false
    /// A check of the script did not hold.
    package var checkFailed = false

    /// Nothing has gone wrong yet.
    package init() {}

    /// The run's exit status.
    package var status: ExitStatus {
        if let signal { return Interruption.status(signal) }
        if limit != nil || error == .limit { return .limit }
        if isLocked { return .locked }
        if isLost || error == .output { return .output }
        if let error { return error }
        if let requested, requested != .done { return requested }
        if isIncomplete { return .incomplete }
        return checkFailed ? .checkFailed : .done
    }
}
