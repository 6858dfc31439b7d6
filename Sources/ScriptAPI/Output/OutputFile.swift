import Glibc

/// What an export writes: a file that appears whole or not at all, or standard output that gets nothing before all is there.
///
/// A file is written under a temporary name in its own folder, synced and renamed; the old file stays until then. Standard
/// output is gathered in an unnamed temporary file and copied at the end, so that a query that fails half-way prints nothing.
final class OutputFile {
    /// Where a finished output goes.
    enum Target {
        case path(String, shown: String)
        case standardOutput
    }

    /// Bytes written so far.
    private(set) var bytes = 0
    private let target: Target
    private var descriptor: Int32
    private var temporary: String?

    /// Opens the temporary file. Fails, with code `output`, where the folder cannot be written.
    init(_ target: Target) throws(OutputFailure) {
        self.target = target
        switch target {
        case .path(let path, let shown):
            (descriptor, temporary) = try OutputFile.open(beside: path, shown: shown)
        case .standardOutput:
            let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
            let opened = try OutputFile.open(beside: folder + "/finlua", shown: folder)
            descriptor = opened.descriptor
            _ = unlink(opened.path)
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
        case .path(let path, let shown):
            guard let from = temporary, fsync(descriptor) == 0 else { throw failure("be written to disk") }
            guard close(descriptor) == 0 else {
                descriptor = -1
                throw failure("be written to disk")
            }
            descriptor = -1
            guard rename(from, path) == 0 else { throw failure("be put in place") }
            temporary = nil
            syncFolder(of: path)
            return shown
        }
    }

    /// Throws away what was written. Does nothing after a commit.
    func discard() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        if let path = temporary { _ = unlink(path) }
        temporary = nil
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

    // A rename is only on disk once its folder is; a file system that cannot sync a folder has renamed all the same.
    private func syncFolder(of path: String) {
        let folder = Glibc.open(OutputFile.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private func failure(_ what: String) -> OutputFailure {
        let shown = if case .path(_, let shown) = target { shown } else { "standard output" }
        let reason = String(cString: strerror(errno))
        discard()
        return OutputFailure(message: "\(shown) could not \(what): \(reason)")
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func open(
        beside path: String, shown: String
    ) throws(OutputFailure) -> (descriptor: Int32, path: String) {
        var info = stat()
        if stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR {
            throw OutputFailure(message: "\(shown) could not be written: it is a folder")
        }
        // A name of its own, so that two runs do not write into each other's file.
        for attempt in 0..<100 {
            let name = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max))-\(attempt).part"
            let descriptor = Glibc.open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
            if descriptor >= 0 { return (descriptor, name) }
            guard errno == EEXIST else {
                throw OutputFailure(
                    message: "\(shown) could not be written: \(String(cString: strerror(errno)))")
            }
        }
        throw OutputFailure(message: "\(shown) could not be written: no free name for a temporary file beside it")
    }
}

/// Why an output was not written; the file that was there before is still there.
struct OutputFailure: Error {
    let message: String
    var hint = "What was there before is still there; check the folder, its permissions and the space left."
}
