import CSignal

extension HostLoop {
    /// Runs `action` on the loop once for each delivery of signal `number`, until the end of the run.
    ///
    /// The handler itself only counts and wakes the loop; with `leavingAtSecond` it ends the process with that status if a
    /// signal so handled came before. A later action for the same number replaces the earlier one.
    @HostLoop public static func onSignal(
        _ number: Int32, leavingAtSecond status: Int32? = nil, _ action: @escaping @HostLoop @Sendable () -> Void
    ) {
        let loop = EventLoop.shared
        csignal_leave_at_second(number, status ?? 0)
        let failure = csignal_watch(number, loop.executor.wakeDescriptor)
        precondition(failure == 0, "signal \(number) cannot be handled")
        loop.signalActions[number] = action
    }
}

extension EventLoop {
    /// Gives every watched signal back the disposition it had.
    func unwatchSignals() {
        for number in signalActions.keys { csignal_unwatch(number) }
        signalActions = [:]
    }
}
