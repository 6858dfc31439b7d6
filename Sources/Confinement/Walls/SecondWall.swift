internal import CConfinement
internal import Glibc

/// What the process gives up before it runs a script, for good. The first wall are the checks of `Permissions` and
/// `GrantedFolders`; this one holds should something in the program be wrong.
///
/// A part that the kernel refuses is left out, and `walls` says so.
public struct SecondWall: Sendable {
    /// What stands.
    public private(set) var walls = Walls()

    /// Nothing yet but what paths are resolved with.
    public init() {
        walls.openat2 = cconf_has_openat2() != 0
        if !walls.openat2 { walls.missing.append("the kernel has no openat2") }
    }

    /// Leaves the calling thread, and those it creates from now on, the granted folders, the folders of the `state`, that of
    /// `SpoolFile`, and what names and certificates are looked up in. So it is called before there is another thread.
    public mutating func encloseFiles(_ folders: GrantedFolders, state: [String]) {
        let version = cconf_landlock_version()
        guard version > 0 else { return walls.missing.append("the kernel has no Landlock") }
        let others = cconf_threads() - 1
        if others > 0 { walls.missing.append("\(others) threads stand outside Landlock, as they began before it") }
        do throws(SystemError) {
            let rules = try Rules(cconf_files_begin(version), version: version)
            for folder in folders.opened(.read) { try rules.allow(folder.descriptor, CCONF_READ) }
            // To read as well: the host compares an output with the one it replaces, and copies a database that rows are
            // added to. Scripts read there only what `Permissions` grants.
            for folder in folders.opened(.write) {
                try rules.allow(folder.descriptor, CCONF_READ | CCONF_WRITE | CCONF_CREATE)
            }
            for path in state { rules.allow(path: path, CCONF_READ | CCONF_WRITE | CCONF_CREATE) }
            rules.allow(
                path: SpoolFile.folder,
                SpoolFile.needsName ? CCONF_READ | CCONF_WRITE | CCONF_CREATE : CCONF_READ | CCONF_WRITE)
            for path in SystemFiles.readable { rules.allow(path: path, CCONF_READ) }
            rules.allow(path: "/dev/null", CCONF_READ | CCONF_WRITE)
            try rules.enforce()
            walls.landlock = Int(version)
        } catch {
            walls.missing.append("Landlock: \(error)")
        }
    }

    /// Leaves the calling thread, and those it creates from now on, TCP connections to `ports` alone (nil: to all), and
    /// takes from all threads the system calls that finlua does not make once it runs a script.
    public mutating func encloseCalls(ports: Set<UInt16>?) {
        if let ports { restrict(to: ports) }
        let failure = cconf_drop_calls()
        if failure == 0 {
            walls.seccomp = true
        } else {
            walls.missing.append("seccomp: \(SystemError(number: -failure))")
        }
    }

    private mutating func restrict(to ports: Set<UInt16>) {
        let version = cconf_landlock_version()
        do throws(SystemError) {
            let rules = try Rules(cconf_ports_begin(version), version: version)
            for port in ports { try SystemError.check(cconf_ports_allow(rules.descriptor, port)) }
            try rules.enforce()
            walls.ports = true
        } catch {
            walls.missing.append("ports: \(error)")
        }
    }
}

/// Rules of Landlock that are being written.
private final class Rules {
    let descriptor: Int32
    private let version: Int32

    init(_ descriptor: Int32, version: Int32) throws(SystemError) {
        try SystemError.check(descriptor)
        self.descriptor = descriptor
        self.version = version
    }

    deinit { close(descriptor) }

    func allow(_ file: Int32, _ rights: Int) throws(SystemError) {
        try SystemError.check(cconf_files_allow(descriptor, version, file, Int32(rights)))
    }

    /// What is not there needs no rule.
    func allow(path: String, _ rights: Int) {
        let file = open(path, cconf_path_only | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        // Without this rule something is refused that need not be.
        _ = cconf_files_allow(descriptor, version, file, Int32(rights))
    }

    func enforce() throws(SystemError) { try SystemError.check(cconf_enforce(descriptor)) }
}

/// What the kernel said.
private struct SystemError: Error, CustomStringConvertible {
    let number: Int32

    var description: String { String(cString: strerror(number)) }

    /// Fails for a negative number, which is -errno.
    static func check(_ result: Int32) throws(SystemError) {
        guard result < 0 else { return }
        throw SystemError(number: -result)
    }
}
