import Confinement
public import HostLoop

/// The files that a run writes: each is complete and on the disk when its export call is done, and all get their names
/// together when the run has ended well.
@HostLoop
public final class RunOutputs {
    private let folders: GrantedFolders
    private var staged: [OutputFile] = []
    private var swept: Set<FileIdentity> = []
    /// Files made so far, each of which may keep two descriptors open to the end of the run.
    private var made = 0

    init(_ folders: GrantedFolders) { self.folders = folders }

    /// Opens an output; "-" is standard output. Fails where the path cannot be written or may not be.
    func open(_ path: String) throws -> OutputFile {
        if path == "-" { return try OutputFile() }
        made += 1
        OpenFileLimit.makeRoom(for: 2 * made)
        let place = try folders.output(path)
        if swept.insert(place.folderIdentity).inserted { place.removeLeftovers() }
        return OutputFile(try place.create())
    }

    /// Takes a complete file until the end of the run; says whether it replaces one that the run had written to the same
    /// place. Fails where it cannot be written to the disk; then it is thrown away.
    func stage(_ output: OutputFile) throws(OutputFailure) -> Bool {
        guard case .file(let file) = output.target else { return false }
        do throws(Refusal) { try file.seal() } catch {
            output.discard()
            throw OutputFailure(error)
        }
        let earlier = staged.firstIndex { other in
            if case .file(let other) = other.target { other.place.isSame(as: file.place) } else { false }
        }
        if let earlier { staged.remove(at: earlier).discard() }
        staged.append(output)
        return earlier != nil
    }

    /// Puts all files in their places; `wrote` hears of each that is there. Whatever can be known to fail does so before
    /// the first. Fails with what is there and what is not.
    public func commit(_ wrote: (_ path: String, _ bytes: Int) -> Void) throws(OutputFailure) {
        defer { discard() }
        let files = staged.compactMap { output in
            if case .file(let file) = output.target { (output, file) } else { nil }
        }
        do throws(Refusal) {
            for (_, file) in files { try file.prepare() }
        } catch {
            throw OutputFailure(error, placed: [], left: files.map(\.0.shown))
        }
        var folders: [FileIdentity: OutputPlace] = [:]
        defer { for place in folders.values { place.syncFolder() } }
        for (position, (output, file)) in files.enumerated() {
            do throws(Refusal) { try file.put() } catch {
                throw OutputFailure(
                    error, placed: files[..<position].map(\.0.shown), left: files[position...].map(\.0.shown))
            }
            folders[file.place.folderIdentity] = file.place
            wrote(output.shown, output.bytes)
        }
    }

    /// Throws away what is in no place.
    public func discard() {
        for output in staged { output.discard() }
        staged = []
    }
}

extension OutputFailure {
    /// Of several files.
    fileprivate init(_ refusal: Refusal, placed: [String], left: [String]) {
        self.init(refusal)
        guard placed.count + left.count > 1 else { return }
        hint =
            placed.isEmpty
            ? "None of the run's \(left.count) files was put in place. \(hint)"
            : "New: \(placed.joined(separator: ", ")). Still as before the run: \(left.joined(separator: ", "))."
    }
}
