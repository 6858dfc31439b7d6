/// What a run wants to keep, and what it has seen of what was kept before. Nothing of it is in the state yet.
struct StagedValues {
    /// New values; nil removes.
    private(set) var changes: [ScriptKey: [UInt8]?] = [:]
    /// Which run had written what this run read first under a key; nil: there was nothing.
    private var sources: [ScriptKey: String?] = [:]
    /// Bytes the changes hold.
    private(set) var bytes = 0

    /// What the run staged under a key; nil if it did not, `.some(nil)` if it removed it.
    subscript(key: ScriptKey) -> [UInt8]?? { changes[key] }

    /// Takes note of whose value the run read from the state.
    mutating func saw(_ key: ScriptKey, from run: String?) {
        if sources[key] == nil { sources[key] = .some(run) }
    }

    /// Stages a value; nil removes.
    mutating func stage(_ value: [UInt8]?, under key: ScriptKey) {
        if case .some(.some(let old)) = changes[key] { bytes -= old.count }
        bytes += value?.count ?? 0
        changes[key] = .some(value)
    }

    /// Whether writing the key would undo what another run kept since this one read it; `run` wrote what stands there.
    func losesChange(of key: ScriptKey, by run: String?) -> Bool {
        guard let source = sources[key] else { return false }
        return source != run
    }
}
