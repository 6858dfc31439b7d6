import HostLoop
import StateStore

/// Lets one run of a script, its arguments and its account happen at a time. The kernel gives the lock back when the
/// process dies, however it dies.
@HostLoop struct OverlapLock {
    let log: RunLog
    let store: StateStore
    let identity: RunIdentity

    /// How often a lock that is waited for is looked at again.
    private static let recheck: Duration = .milliseconds(500)

    /// Takes the lock, or says who has it.
    func take() throws -> Overlap? {
        if try log.lock(identity.lock) { return nil }
        return Overlap(script: identity.script, other: try other())
    }

    /// Waits for the lock until `deadline`; `waiting` hears whom for, once. Nil: it is taken. Fails if the task is cancelled.
    func wait(until deadline: Moment, waiting: (Overlap) -> Void) async throws -> Overlap? {
        var isSaid = false
        while let overlap = try take() {
            let now = HostLoop.now
            if now >= deadline { return overlap.waited }
            if !isSaid { waiting(overlap) }
            isSaid = true
            try await HostLoop.sleep(until: min(now + Self.recheck, deadline))
        }
        return nil
    }

    private func other() throws -> Overlap.Other? {
        let last = try log.last(script: identity.script, arguments: identity.arguments, account: identity.account)
        // Between its lock and its first entry a run has no name yet.
        guard let last, last.isRunning else { return nil }
        let queries = try RunJournal(store, run: last.id).queries()
        return Overlap.Other(
            run: last.id, pid: last.pid, started: last.started, submitted: queries.count,
            complete: queries.count { $0.completed != nil })
    }
}

/// Another run of the same script, arguments and account is on. Exit status 9.
struct Overlap: Error, CustomStringConvertible {
    let script: String
    /// Nil where it has only just begun.
    let other: Other?
    /// Whether its end was waited for in vain.
    var wasWaitedFor = false

    /// The same after the wait.
    var waited: Overlap { Overlap(script: script, other: other, wasWaitedFor: true) }

    /// What to do next.
    var hint: String {
        wasWaitedFor
            ? "it did not end before the deadline (--timeout); wait longer, or end it"
            : "wait for its end with --wait-lock, or end it"
    }

    struct Other {
        let run: String
        let pid: Int
        let started: Moment
        let submitted: Int
        let complete: Int
    }

    var description: String {
        let what = "another run of \(script) with the same arguments and account is on"
        guard let other else { return what }
        let began = "\(what): run \(other.run), process \(other.pid), began \(other.started); "
        if other.submitted == 0 { return began + "it has submitted no query yet" }
        return began + "\(other.complete) of \(other.submitted) submitted queries complete"
    }
}
