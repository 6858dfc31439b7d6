import Glibc
import ScriptAPI
import Secrets

/// The process's standard streams. All that finlua itself says is scrubbed on its way; only `pass` lets bytes through as
/// they are.
enum Terminal {
    static let output: Int32 = STDOUT_FILENO
    static let error: Int32 = STDERR_FILENO

    /// Whether a person is looking at `descriptor`.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns of the terminal behind `descriptor`; 80 where it does not say.
    static func width(_ descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Columns a table on stdout may take: the terminal's, and any number where no person looks on.
    static var tableWidth: Int { isTerminal(output) ? width(output) : .max }

    /// What a script's own output can show: colours where a person looks on and NO_COLOR is not set, Unicode where the locale
    /// is UTF-8. COLUMNS goes before the terminal's own width.
    static func traits(_ environment: Environment) -> TerminalTraits {
        let locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? ""
        let name = locale.lowercased()
        return TerminalTraits(
            width: environment["COLUMNS"].flatMap { Int($0) } ?? width(output),
            hasColor: isTerminal(output) && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb",
            hasUnicode: name.contains("utf-8") || name.contains("utf8"))
    }

    /// Writes a script's own output, which nothing may change, or says why not: such errors end in exit status 10.
    /// No answer of the service that holds a secret comes to a script.
    static func pass(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(WriteError) {
        try write(bytes, to: descriptor)
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(WriteError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw WriteError(number: errno)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Writes `text`; whoever closed the stream does not want it.
    static func print(_ text: String, to descriptor: Int32 = output) {
        try? put(text, to: descriptor)
    }

    /// Writes a command's result to stdout, or says why not.
    static func put(_ text: String, to descriptor: Int32 = output) throws(WriteError) {
        var text = KnownSecrets.scrubber.scrubbed(text)
        let failure = text.withUTF8 { bytes -> WriteError? in
            do throws(WriteError) { try write(UnsafeRawBufferPointer(bytes), to: descriptor) } catch { return error }
            return nil
        }
        if let failure { throw failure }
    }

    /// Writes `text` and a line break to stderr.
    static func complain(_ text: String) { print(text + "\n", to: error) }

    struct WriteError: Error, CustomStringConvertible {
        let number: Int32

        var description: String {
            number == EPIPE ? "whoever read stdout has closed it" : String(cString: strerror(number))
        }
    }
}
