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
    /// For writing; its owner is this object.
    public let descriptor: Int32
    private var hidden: String?
    private var isOpen = true

    package init(_ place: OutputPlace, canBeNameless: Bool = true) throws(Refusal) {
        self.place = place
        var made = canBeNameless ? cconf_create_nameless(place.folder) : -EOPNOTSUPP
        if made == -EOPNOTSUPP {
            (made, hidden) = HiddenName.create(in: place.folder)
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

    /// Does all of `put` that may fail for a reason that can be known before. Fails with `unusable`.
    public func prepare() throws(Refusal) {
        try place.checkFolder()
        try place.checkTarget()
        guard hidden == nil else { return }
        let (failure, name) = HiddenName.give(descriptor, in: place.folder)
        guard failure == 0 else { throw place.failure("be put in place", -failure) }
        hidden = name
    }

    /// Moves the prepared file to its place. Fails with `unusable`; what was there before is still there then.
    public func put() throws(Refusal) {
        guard let name = hidden else { return }
        guard renameat(place.folder, name, place.folder, place.name) == 0 else {
            throw place.failure("be put in place", errno)
        }
        hidden = nil
    }

    /// Throws away what was not put in its place.
    public func discard() {
        if let hidden { unlinkat(place.folder, hidden, 0) }
        hidden = nil
        if isOpen { close(descriptor) }
        isOpen = false
    }
}
