/// When somebody is told that a script keeps failing, and that it works again.
package struct AlertPolicy: Sendable, Equatable {
    /// What is to be done after a run.
    package enum Step: Sendable, Equatable {
        case nothing
        /// So many runs in a row have failed. Said after each further one too: whoever was told is not told again.
        case alert(failures: Int)
        /// The last run came to a result. Nobody hears of it who heard of no failure.
        case recovery
    }

    /// A run as its record tells it; `status` is nil of one that died.
    package struct Outcome: Sendable {
        let status: Int?
        /// Each attempt of a run that was resumed was a failure of its own, but maybe the last.
        let attempts: Int

        package init(status: Int?, attempts: Int = 1) {
            (self.status, self.attempts) = (status, attempts)
        }
    }

    /// Failures in a row that are worth an alert.
    let after: Int

    package init(after: Int) { self.after = after }

    /// `outcomes` are those of one script, its arguments and account, the newest first. A run that somebody interrupted
    /// says nothing either way.
    package func step(_ outcomes: [Outcome]) -> Step {
        let told = outcomes.filter { $0.status != Int(ExitStatus.interrupted.rawValue) }
        var failures = 0
        for outcome in told {
            if let status = outcome.status, ExitStatus(rawValue: Int32(status))?.isResult == true { break }
            failures += outcome.attempts
        }
        if failures >= after { return .alert(failures: failures) }
        return failures == 0 && outcomes.first?.status == told.first?.status && !told.isEmpty ? .recovery : .nothing
    }
}
