import Confinement
import Glibc

/// An SQLite database while rows are added to it: an unnamed file that begins as a copy of what stands in its place.
///
/// The old one is kept from other writers meanwhile; what goes wrong is gone with the unnamed file.
final class DatabaseFile {
    /// The unnamed file, which lives as long as this object.
    let descriptor: Int32
    /// Whether it began without content.
    let isNew: Bool
    private let held: HeldDatabase?
    private let hadLog: Bool

    /// A copy of what stands at the place, or nothing where there is none. Fails with code `output`.
    init(_ place: OutputPlace?) throws(Refusal) {
        descriptor = try SpoolFile.open()
        do throws(Refusal) {
            held = try place?.database()
            try held?.copy(to: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        let versions = DatabaseFile.versions(of: descriptor)
        isNew = versions == nil
        // Without the log beside it, a database of that mode is whole; and only SQLite with shared memory opens one.
        hadLog = versions == [2, 2]
        if hadLog { DatabaseFile.set([1, 1], in: descriptor) }
    }

    /// A copy of another one that was written to its end, and that still holds the lock.
    init(after other: DatabaseFile) throws(OutputFailure) {
        do throws(Refusal) { descriptor = try SpoolFile.open() } catch {
            throw OutputFailure(message: error.message)
        }
        (held, hadLog, isNew) = (other.held, other.hadLog, false)
        do throws(OutputFailure) {
            let copy = descriptor
            try other.each { (bytes, offset) throws(OutputFailure) in
                guard pwrite(copy, bytes.baseAddress, bytes.count, offset) == bytes.count else {
                    throw OutputFailure(message: "a database could not be copied: \(String(cString: strerror(errno)))")
                }
            }
        } catch {
            close(descriptor)
            throw error
        }
        if hadLog { DatabaseFile.set([1, 1], in: descriptor) }
    }

    deinit { close(descriptor) }

    /// Hands all of it to `write`, once SQLite has closed it.
    func finish(_ write: (UnsafeRawBufferPointer) throws -> Void) throws {
        if hadLog { DatabaseFile.set([2, 2], in: descriptor) }
        try each { bytes, _ in try write(bytes) }
    }

    private func each<Failure: Error>(
        _ body: (UnsafeRawBufferPointer, off_t) throws(Failure) -> Void
    ) throws(Failure) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var offset: off_t = 0
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, offset)
            if count < 0, errno == EINTR { continue }
            // What was just written to a file that nobody else has can be read.
            precondition(count >= 0)
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]), offset)
            offset += off_t(count)
        }
    }

    // SQLite's file format: bytes 18 and 19 tell how it is written and read, 1 with a journal, 2 with a write-ahead log.
    private static func versions(of descriptor: Int32) -> [UInt8]? {
        var versions: [UInt8] = [0, 0]
        return pread(descriptor, &versions, 2, 18) == 2 ? versions : nil
    }

    private static func set(_ versions: [UInt8], in descriptor: Int32) {
        precondition(pwrite(descriptor, versions, 2, 18) == 2)
    }
}
