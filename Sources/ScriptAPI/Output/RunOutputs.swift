import Confinement
public import HostLoop

/// The files that a run writes: each is complete and on the disk when its export call is done, and all get their names
/// together when the run has ended well.
@HostLoop
public final class RunOutputs {
    private let folders: GrantedFolders
    private var staged: [OutputFile] = []
    private var swept: Set<FileIdentity> = []
    /// Files made so far, each of which may keep three descriptors open to the end of the run.
    private var made = 0

    /// What the run's exports changed of what was there before; to be told when the files are in their places.
    public private(set) var changes: [OutputChanges] = []

    init(_ folders: GrantedFolders) { self.folders = folders }

    /// Takes note of what an export changed.
    func note(_ change: OutputChanges) { changes.append(change) }

    /// The text of a file that is there from an earlier run; nil where there is none. Fails where it cannot be read.
    func replaced(_ path: String) throws -> [UInt8]? { try folders.replaced(path, atMost: 64 << 20) }

    /// Opens an output; "-" is standard output. With `makingFolders`, folders that are missing are made with it. Fails
    /// where the path cannot be written or may not be.
    func open(_ path: String, makingFolders: Bool = false) throws -> OutputFile {
        if path == "-" { return try OutputFile() }
        made += 1
        OpenFileLimit.makeRoom(for: 3 * made)
        let place = try folders.output(path, makingFolders: makingFolders)
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

    /// Whether the file that is there has the same lines; one that has need not be replaced.
    func isUnchanged(_ output: OutputFile) -> Bool {
        guard case .file(let file) = output.target else { return false }
        return file.hasLinesOfOld(bytes: output.bytes)
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

/// What an export changed of what was there before.
public struct OutputChanges: Sendable {
    /// Where: the path as the script gave it.
    public let path: String
    /// One line for people.
    public let text: String
    /// The same for the run's record: JSON.
    public let json: String
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
