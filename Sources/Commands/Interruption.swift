import Glibc
import HostLoop

/// Ctrl-C and its kin, as events on the loop.
@HostLoop enum Interruption {
    /// Calls `action` with the first SIGINT, SIGTERM or SIGHUP; a second one leaves the process at once, with `status` or
    /// else its own.
    static func onFirst(leaving status: ExitStatus? = nil, _ action: @escaping @HostLoop @Sendable (Int32) -> Void) {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            HostLoop.onSignal(number, leavingAtSecond: (status ?? Self.status(number)).rawValue) { action(number) }
        }
    }

    /// Returns the number of the first signal.
    static func wait() async -> Int32 {
        await withUnsafeContinuation { continuation in
            onFirst { continuation.resume(returning: $0) }
        }
    }

    /// What the shell is told of a run that a signal ended.
    nonisolated static func status(_ signal: Int32) -> ExitStatus {
        signal == SIGINT ? .interrupted : .terminated
    }
}
