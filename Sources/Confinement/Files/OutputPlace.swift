internal import CConfinement
internal import Glibc

/// Where a finished file goes: its folder, opened beneath a granted one, and its name in it.
///
/// The file is made under a name of its own and moved to its place; every step starts from the open folder, so that
/// nothing that happens to its path meanwhile leads elsewhere.
public final class OutputPlace {
    /// The path as messages show it.
    public let shown: String
    private let folder: Int32
    private let name: String
    private var temporary: String?

    init(folder: Int32, name: String, shown: String) {
        self.folder = folder
        self.name = name
        self.shown = shown
    }

    deinit {
        remove()
        close(folder)
    }

    /// Makes the file, under another name, and gives its descriptor, which is the caller's to close.
    /// Fails with `unusable`.
    public func create() throws(Refusal) -> Int32 {
        // The name of a file may be as long as there can be one.
        let stem = name.utf8.count <= LexicalPath.longestName / 2 ? name : "finlua"
        // A name of its own, so that two runs do not write into each other's file.
        for attempt in 0..<100 {
            let name = "\(stem).\(getpid())-\(UInt32.random(in: 0...UInt32.max))-\(attempt).part"
            let descriptor = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
            if descriptor >= 0 {
                temporary = name
                return descriptor
            }
            guard errno == EEXIST else { throw failure("be written") }
        }
        throw Refusal(
            .unusable, "\(shown) could not be written: no free name for a temporary file beside it")
    }

    /// Moves the file to its place and has the folder on the disk. Fails with `unusable`; the old file is still there then.
    public func put() throws(Refusal) {
        guard let temporary else { return }
        try checkTarget()
        guard renameat(folder, temporary, folder, name) == 0 else { throw failure("be put in place") }
        self.temporary = nil
        // A file system that cannot sync a folder has renamed all the same.
        fsync(folder)
    }

    /// Removes what was not put in its place.
    public func remove() {
        if let temporary { unlinkat(folder, temporary, 0) }
        temporary = nil
    }

    /// Fails with `unusable` unless there is nothing yet, or a file: a rename would replace whatever else is there, a link
    /// as well, and whoever reads what it points to would get the old file.
    func checkTarget() throws(Refusal) {
        var status = stat()
        guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return }
            throw failure("be written")
        }
        guard let kind = FileKind(mode: status.st_mode).problem else { return }
        throw Refusal(
            .unusable, "\(shown) could not be written: it is \(kind)",
            hint: "A file is put in place whole, which would replace it. Give another name, or remove it first.")
    }

    /// Whether the path names the same file, or would once it is there.
    func isPlace(_ path: String) -> Bool {
        var status = stat()
        if fstatat(folder, name, &status, 0) == 0, FileIdentity(status) == FileIdentity(path: path) { return true }
        return LexicalPath.names(of: path).last == name && fstat(folder, &status) == 0
            && FileIdentity(status) == FileIdentity(path: LexicalPath.folder(of: path))
    }

    private func failure(_ what: String) -> Refusal {
        Refusal(.unusable, "\(shown) could not \(what): \(String(cString: strerror(errno)))")
    }
}
