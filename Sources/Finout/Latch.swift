import HostLoop

/// A value that is set once; any number of tasks may wait for it, and each may be cancelled alone.
@HostLoop final class Latch<Value: Sendable> {
    private(set) var value: Value?
    private let waiters = WaitList<Value>()

    /// Sets the value; a second one is ignored.
    func set(_ value: Value) {
        guard self.value == nil else { return }
        self.value = value
        waiters.resumeAll(value)
    }

    /// The value, waiting for it if need be. Fails with `cancelled` if the waiting task was.
    func wait() async throws(FinoutError) -> Value {
        if let value { return value }
        guard let value = await waiters.wait(alreadyThere: { self.value }) else { throw .cancelled }
        return value
    }
}
