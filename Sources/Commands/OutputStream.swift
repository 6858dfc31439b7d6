import Glibc
import HostLoop

/// What the script prints: gathered into large writes, but line by line where a person looks on.
@HostLoop final class OutputStream {
    private var pending: [UInt8] = []
    private var failure: Terminal.WriteError?
    private let descriptor: Int32
    private let isTerminal: Bool
    private let beforeWriting: () -> Void
    /// Whether so many bytes more may be written.
    private let mayWrite: (Int) -> Bool

    private static let batch = 64 << 10

    init(to descriptor: Int32, beforeWriting: @escaping () -> Void, mayWrite: @escaping (Int) -> Bool) {
        self.descriptor = descriptor
        isTerminal = Terminal.isTerminal(descriptor)
        self.beforeWriting = beforeWriting
        self.mayWrite = mayWrite
    }

    func write(_ bytes: UnsafeRawBufferPointer) {
        guard mayWrite(bytes.count) else { return }
        // What was printed before a wait is out while the script waits.
        if pending.isEmpty { HostLoop.task { [weak self] in self?.drain() } }
        pending.append(contentsOf: bytes)
        if isTerminal || pending.count >= Self.batch { drain() }
    }

    /// Writes what is pending; fails with the first error of any write, so that lost output ends the run with 10.
    func flush() throws(Terminal.WriteError) {
        drain()
        if let failure { throw failure }
    }

    private func drain() {
        guard !pending.isEmpty, failure == nil else { return pending.removeAll() }
        beforeWriting()
        failure = pending.withUnsafeBytes { bytes in
            do throws(Terminal.WriteError) {
                try Terminal.pass(bytes, to: descriptor)
                return nil
            } catch {
                return error
            }
        }
        pending.removeAll(keepingCapacity: true)
    }
}
