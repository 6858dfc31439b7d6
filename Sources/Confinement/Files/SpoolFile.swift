internal import CConfinement
internal import Glibc

/// The unnamed file that an output to "-" is gathered in.
public enum SpoolFile {
    /// Where it is: `TMPDIR`, else `/tmp`.
    public static var folder: String {
        let named = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        return named.hasPrefix("/") ? named : "/tmp"
    }

    /// Opens one that nobody else can; it is gone when it is closed. Fails with `unusable`.
    public static func open() throws(Refusal) -> Int32 {
        let descriptor = cconf_open_unnamed(folder)
        guard descriptor < 0 else { return descriptor }
        throw Refusal(
            .unusable, "\(folder) (TMPDIR) could not be written: \(String(cString: strerror(-descriptor)))")
    }

    /// Whether the file system has files that never had a name. Else a named one is made and removed.
    static var needsName: Bool {
        let descriptor = cconf_open_nameless(folder)
        if descriptor >= 0 { close(descriptor) }
        return descriptor < 0
    }
}
