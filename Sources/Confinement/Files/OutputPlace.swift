internal import CConfinement
internal import Glibc

/// Where a finished file goes: its folder, opened beneath a granted one, and its name in it.
///
/// Every step starts from the open folder, so that nothing that happens to its path meanwhile leads elsewhere.
public final class OutputPlace {
    /// The path as messages show it.
    public let shown: String
    /// The folder, by whatever path.
    public let folderIdentity: FileIdentity
    /// The name in the folder.
    public let name: String
    /// Names of folders below the opened one, each in the one before, that are to be made.
    let missing: [String]
    /// The opened folder.
    let base: Int32
    /// The folder of the file, once it is there.
    private(set) var folder: Int32
    private var madeFolders = 0

    /// Takes the descriptor of the folder over. Fails with `unusable` and closes it where the folder is none any more.
    init(folder: Int32, missing: [String] = [], name: String, shown: String) throws(Refusal) {
        var status = stat()
        guard fstat(folder, &status) == 0 else {
            let reason = String(cString: strerror(errno))
            close(folder)
            throw Refusal(.unusable, "\(shown) could not be written: \(reason)")
        }
        folderIdentity = FileIdentity(status)
        base = folder
        self.folder = folder
        self.missing = missing
        self.name = name
        self.shown = shown
    }

    deinit {
        if folder != base { close(folder) }
        close(base)
    }

    /// Whether both are the same name in the same folder.
    public func isSame(as other: OutputPlace) -> Bool {
        // Byte for byte: to the file system two spellings of one letter are two names.
        name.utf8.elementsEqual(other.name.utf8) && missing.count == other.missing.count
            && zip(missing, other.missing).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
            && folderIdentity == other.folderIdentity
    }

    /// Makes the folders that are missing; `removeFolders` takes that back. Fails with `unusable`.
    func makeFolders() throws(Refusal) {
        guard folder == base else { return }
        for missing in missing {
            if mkdirat(folder, missing, 0o777) == 0 {
                madeFolders += 1
            } else if errno != EEXIST {
                throw failure("be put in place", errno)
            }
            let next = openat(folder, missing, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { throw failure("be put in place", errno) }
            if folder != base { close(folder) }
            folder = next
        }
    }

    /// Removes the folders that were made for a file that did not get there, as far as they are empty.
    func removeFolders() {
        guard madeFolders > 0 else { return }
        for count in stride(from: missing.count, to: missing.count - madeFolders, by: -1) {
            unlinkat(base, missing[..<count].joined(separator: "/"), AT_REMOVEDIR)
        }
        madeFolders = 0
    }

    /// The bytes that stand there now; nil where there is no file of that size that can be read.
    func old(ofSize size: Int) -> [UInt8]? {
        guard missing.isEmpty else { return nil }
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, FileKind(mode: status.st_mode) == .file, status.st_size == size else {
            return nil
        }
        return bytes(of: file, size: size)
    }

    /// Makes the file that is to get there. Fails with `unusable`.
    public func create() throws(Refusal) -> StagedFile { try StagedFile(self) }

    /// Removes what runs that were killed have left in the folder.
    public func removeLeftovers() { HiddenName.removeAbandoned(in: folder) }

    /// Has the names in the folder on the disk. A file system that cannot do that has them all the same.
    public func syncFolder() { fsync(folder) }

    /// Fails with `unusable` unless there is nothing yet, or a file: a rename would replace whatever else is there, a link
    /// as well, and whoever reads what it points to would get the old file.
    func checkTarget() throws(Refusal) {
        // In a folder that is still to be made there is nothing.
        guard missing.isEmpty || folder != base else { return }
        var status = stat()
        guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return }
            throw failure("be written", errno)
        }
        guard let kind = FileKind(mode: status.st_mode).problem else { return }
        throw Refusal(
            .unusable, "\(shown) could not be written: it is \(kind)",
            hint: "A file is put in place whole, which would replace it. Give another name, or remove it first.")
    }

    /// Fails with `unusable` where the folder has been removed since it was opened.
    func checkFolder() throws(Refusal) {
        var status = stat()
        guard fstat(folder, &status) == 0 else { throw failure("be put in place", errno) }
        guard status.st_nlink == 0 else { return }
        throw Refusal(.unusable, "\(shown) could not be put in place: its folder was removed during the run")
    }

    /// Whether the path names the same file, or would once it is there.
    func isPlace(_ path: String) -> Bool {
        var status = stat()
        if fstatat(folder, name, &status, 0) == 0, FileIdentity(status) == FileIdentity(path: path) { return true }
        return LexicalPath.names(of: path).last == name
            && folderIdentity == FileIdentity(path: LexicalPath.folder(of: path))
    }

    func failure(_ what: String, _ number: Int32) -> Refusal {
        Refusal(
            .unusable, "\(shown) could not \(what): \(String(cString: strerror(number)))",
            hint: OpenFileLimit.hint(for: number))
    }
}

/// The first bytes of a file; nil where there are fewer or they cannot be read.
func bytes(of file: Int32, size: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: size)
    var read = 0
    while read < size {
        let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress! + read, size - read, off_t(read)) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return nil }
        read += count
    }
    return bytes
}
