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
    let folder: Int32

    /// Takes the descriptor of the folder over. Fails with `unusable` and closes it where the folder is none any more.
    init(folder: Int32, name: String, shown: String) throws(Refusal) {
        var status = stat()
        guard fstat(folder, &status) == 0 else {
            let reason = String(cString: strerror(errno))
            close(folder)
            throw Refusal(.unusable, "\(shown) could not be written: \(reason)")
        }
        folderIdentity = FileIdentity(status)
        self.folder = folder
        self.name = name
        self.shown = shown
    }

    deinit { close(folder) }

    /// Whether both are the same name in the same folder.
    public func isSame(as other: OutputPlace) -> Bool { name == other.name && folderIdentity == other.folderIdentity }

    /// Makes the file that is to get there. Fails with `unusable`.
    public func create() throws(Refusal) -> StagedFile { try StagedFile(self) }

    /// Removes what runs that were killed have left in the folder.
    public func removeLeftovers() { HiddenName.removeAbandoned(in: folder) }

    /// Has the names in the folder on the disk. A file system that cannot do that has them all the same.
    public func syncFolder() { fsync(folder) }

    /// Fails with `unusable` unless there is nothing yet, or a file: a rename would replace whatever else is there, a link
    /// as well, and whoever reads what it points to would get the old file.
    func checkTarget() throws(Refusal) {
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
