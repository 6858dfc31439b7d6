/// Which walls stand around a run.
public struct Walls: Sendable, Equatable, CustomStringConvertible {
    /// Whether the kernel keeps paths beneath the granted folders; else they are walked step by step, without links.
    public internal(set) var openat2 = false
    /// The version of Landlock that restricts the file system; nil without it.
    public internal(set) var landlock: Int?
    /// Whether Landlock restricts the ports that connections may go to.
    public internal(set) var ports = false
    /// Whether the system calls that finlua does not need are taken away.
    public internal(set) var seccomp = false
    /// Why a wall does not stand, for each that does not.
    public internal(set) var missing: [String] = []

    /// As in `openat2, Landlock 7, ports, seccomp`.
    public var description: String {
        let standing = [
            openat2 ? "openat2" : nil, landlock.map { "Landlock \($0)" }, ports ? "ports" : nil,
            seccomp ? "seccomp" : nil,
        ].compactMap { $0 }
        return (standing.isEmpty ? "none" : standing.joined(separator: ", "))
            + missing.map { "; \($0)" }.joined()
    }
}
