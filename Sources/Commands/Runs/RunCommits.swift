import HostLoop

/// What makes final what a run leaves, in one order: what others see before what the run remembers of it, so that what they
/// were not given is new again to the next run. The only place of that order.
package struct RunCommits {
    /// The steps, in their order.
    package enum Step: Int, CaseIterable, Sendable {
        /// Files get their final names.
        case outputs
        /// Somebody is told.
        case notifications
        /// The values that the script keeps, together with the record that says that the run ended well.
        case values
    }

    private var actions: [Step: [@HostLoop () async throws -> Void]] = [:]

    /// Nothing to make final.
    package init() {}

    /// Adds to a step; within one the order is that of adding.
    package mutating func add(_ step: Step, _ action: @escaping @HostLoop () async throws -> Void) {
        actions[step, default: []].append(action)
    }

    /// Takes every step, each only once the one before was accepted and while `isWell` still holds; says whether all were
    /// taken. Fails with the error of the step that was not accepted, and takes none after it.
    @HostLoop
    package func perform(while isWell: () -> Bool) async throws -> Bool {
        for action in Step.allCases.flatMap({ actions[$0] ?? [] }) {
            guard isWell() else { return false }
            try await action()
        }
        return true
    }
}
