internal import CConfinement
internal import Glibc

/// A file on its way to its place.
///
/// Where the file system has files without a name it has none until all of a run's files are complete, so that nothing is
/// left of it however the process ends. Then, and elsewhere from the beginning, it has a hidden name in the folder of its
/// place, which a later run removes if this one is killed: the descriptor stays open and holds a lock that says that
/// somebody still writes it.
public final class StagedFile {
    /// Where it goes.
    public let place: OutputPlace
    /// For reading and writing; its owner is this object.
    public let descriptor: Int32
    private var hidden: String?
    private var hiddenFolder: Int32
    private var isPlaced = false
    private var isOpen = true

    package init(_ place: OutputPlace, canBeNameless: Bool = true) throws(Refusal) {
        self.place = place
        hiddenFolder = place.base
        var made = canBeNameless ? cconf_create_nameless(place.base) : -EOPNOTSUPP
        if made == -EOPNOTSUPP {
            (made, hidden) = HiddenName.create(in: place.base)
        } else if made >= 0 {
            HiddenName.lock(made)
        }
        descriptor = made
        guard made < 0 else { return }
        isOpen = false
        throw place.failure("be written", -made)
    }

    deinit { discard() }

    /// Has what was written on the disk. Fails with `unusable`.
    public func seal() throws(Refusal) {
        guard fsync(descriptor) == 0 else { throw place.failure("be written to disk", errno) }
    }

    /// Whether the file that is there has the same lines, whatever their order and whether a comma follows them: the API
    /// gives no order to rows of a day. The first line, a header, has to be the same.
    public func hasLinesOfOld(bytes size: Int) -> Bool {
        guard let old = place.old(ofSize: size), let new = bytes(of: descriptor, size: size) else { return false }
        if old == new { return true }
        let (before, after) = (Self.lines(old), Self.lines(new))
        // A quoted text that goes on in the next line: lines are no records.
        guard before.allSatisfy(Self.isWhole), after.allSatisfy(Self.isWhole) else { return false }
        guard before.count == after.count, before.first == after.first else { return false }
        return before.sorted { $0.lexicographicallyPrecedes($1) } == after.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func isWhole(_ line: ArraySlice<UInt8>) -> Bool {
        line.count { $0 == UInt8(ascii: "\"") }.isMultiple(of: 2)
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.last == UInt8(ascii: ",") ? line.dropLast() : line
        }
    }

    /// Does all of `put` that may fail for a reason that can be known before. Fails with `unusable`.
    public func prepare() throws(Refusal) {
        try place.checkFolder()
        try place.makeFolders()
        try place.checkTarget()
        guard hidden == nil else { return }
        let (failure, name) = HiddenName.give(descriptor, in: place.folder)
        guard failure == 0 else { throw place.failure("be put in place", -failure) }
        hidden = name
        hiddenFolder = place.folder
    }

    /// Moves the prepared file to its place. Fails with `unusable`; what was there before is still there then.
    public func put() throws(Refusal) {
        guard let name = hidden else { return }
        guard renameat(hiddenFolder, name, place.folder, place.name) == 0 else {
            throw place.failure("be put in place", errno)
        }
        hidden = nil
        isPlaced = true
    }

    /// Throws away what was not put in its place.
    public func discard() {
        if let hidden { unlinkat(hiddenFolder, hidden, 0) }
        hidden = nil
        if !isPlaced { place.removeFolders() }
        if isOpen { close(descriptor) }
        isOpen = false
    }
}
