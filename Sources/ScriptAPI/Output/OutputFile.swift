import Confinement
import Glibc

/// What an export writes: a file that is staged when it is complete, or standard output that gets nothing before all is
/// there.
///
/// Standard output is gathered in an unnamed temporary file and copied at the end, so that a query that fails half-way
/// prints nothing.
final class OutputFile {
    /// Where a finished output goes.
    enum Target {
        case file(StagedFile)
        case standardOutput
    }

    /// Bytes written so far.
    private(set) var bytes = 0
    /// Whether the script's `print` gets it in the end.
    var isForStandardOutput: Bool { if case .standardOutput = target { true } else { false } }
    let target: Target
    /// Of all bytes so far.
    let digest = Digest()
    private var spool: Int32 = -1

    /// The name to show.
    var shown: String { if case .file(let file) = target { file.place.shown } else { "-" } }

    /// One that gets to a place.
    init(_ file: StagedFile) { target = .file(file) }

    /// One for standard output. Fails where no temporary file can be made.
    init() throws(OutputFailure) {
        target = .standardOutput
        do throws(Refusal) { spool = try SpoolFile.open() } catch { throw OutputFailure(error) }
    }

    deinit { discard() }

    /// Adds bytes. Fails where the disk is full or the folder went away.
    func write(_ buffer: UnsafeRawBufferPointer) throws(OutputFailure) {
        let descriptor = if case .file(let file) = target { file.descriptor } else { spool }
        var rest = buffer
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("be written") }
            bytes += count
            digest.add(UnsafeRawBufferPointer(rebasing: rest[..<count]))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Hands what was gathered for standard output to `print`.
    func copy(to print: (UnsafeRawBufferPointer) -> Void) throws(OutputFailure) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        var offset: off_t = 0
        while true {
            let count = pread(spool, buffer.baseAddress, buffer.count, offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("be read back") }
            if count == 0 { return discard() }
            print(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += off_t(count)
        }
    }

    /// Throws away what was written and is in no place.
    func discard() {
        if spool >= 0 { close(spool) }
        spool = -1
        if case .file(let file) = target { file.discard() }
    }

    private func failure(_ what: String) -> OutputFailure {
        let reason = String(cString: strerror(errno))
        discard()
        return OutputFailure(message: "\(isForStandardOutput ? "standard output" : shown) could not \(what): \(reason)")
    }
}

/// Why an output was not written.
public struct OutputFailure: Error {
    /// What was to be written, and why it was not.
    public let message: String
    /// What is there instead, and what to do.
    public var hint = advice

    static let advice = "What was there before is still there; check the folder, its permissions and the space left."
}

extension OutputFailure {
    init(_ refusal: Refusal) {
        self.init(message: refusal.message)
        if let hint = refusal.hint { self.hint = hint }
    }
}
