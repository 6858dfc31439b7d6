import Confinement
import Glibc

/// What an export writes: a file that appears whole or not at all, or standard output that gets nothing before all is there.
///
/// A file is written under a temporary name in its own folder, synced and renamed; the old file stays until then. Standard
/// output is gathered in an unnamed temporary file and copied at the end, so that a query that fails half-way prints nothing.
final class OutputFile {
    /// Where a finished output goes.
    enum Target {
        case place(OutputPlace)
        case standardOutput
    }

    /// Bytes written so far.
    private(set) var bytes = 0
    /// Whether the script's `print` gets it in the end.
    var isForStandardOutput: Bool { if case .standardOutput = target { true } else { false } }
    private let target: Target
    private var descriptor: Int32

    /// Opens the temporary file. Fails, with code `output`, where the folder cannot be written.
    init(_ target: Target) throws(OutputFailure) {
        self.target = target
        do throws(Refusal) {
            descriptor =
                switch target {
                case .place(let place): try place.create()
                case .standardOutput: try SpoolFile.open()
                }
        } catch {
            throw OutputFailure(error)
        }
    }

    deinit { discard() }

    /// Adds bytes. Fails where the disk is full or the folder went away.
    func write(_ buffer: UnsafeRawBufferPointer) throws(OutputFailure) {
        var rest = buffer
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("be written") }
            bytes += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Moves the finished file to its place, or hands it to `print`; gives the name to show.
    func commit(print: (UnsafeRawBufferPointer) -> Void) throws(OutputFailure) -> String {
        switch target {
        case .standardOutput:
            try copy(to: print)
            discard()
            return "-"
        case .place(let place):
            guard fsync(descriptor) == 0 else { throw failure("be written to disk") }
            guard close(descriptor) == 0 else {
                descriptor = -1
                throw failure("be written to disk")
            }
            descriptor = -1
            do throws(Refusal) { try place.put() } catch {
                discard()
                throw OutputFailure(error)
            }
            return place.shown
        }
    }

    /// Throws away what was written. Does nothing after a commit.
    func discard() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        if case .place(let place) = target { place.remove() }
    }

    private func copy(to print: (UnsafeRawBufferPointer) -> Void) throws(OutputFailure) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        var offset: off_t = 0
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("be read back") }
            if count == 0 { return }
            print(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += off_t(count)
        }
    }

    private func failure(_ what: String) -> OutputFailure {
        let shown = if case .place(let place) = target { place.shown } else { "standard output" }
        let reason = String(cString: strerror(errno))
        discard()
        return OutputFailure(message: "\(shown) could not \(what): \(reason)")
    }
}

/// Why an output was not written; the file that was there before is still there.
struct OutputFailure: Error {
    let message: String
    var hint = advice

    static let advice = "What was there before is still there; check the folder, its permissions and the space left."
}

extension OutputFailure {
    fileprivate init(_ refusal: Refusal) {
        self.init(message: refusal.message)
        if let hint = refusal.hint { self.hint = hint }
    }
}
