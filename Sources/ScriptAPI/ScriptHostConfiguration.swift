public import Confinement
import Glibc
public import HostLoop
public import Notify
public import RunLimits
import Secrets
public import StateStore

/// What a script is given besides the account.
@HostLoop
public struct ScriptHostConfiguration {
    /// How the command is called, as help and usage errors show it: `finlua run top-movers.lua`.
    public var program: String
    /// The program's version, for what is written beside exports.
    public var version = ""
    /// What follows the script's name on the command line.
    public var arguments: [String]
    /// The program's own options, such as `--resume`: none of a script's, but what somebody may have meant.
    public var ownOptions: [String] = []
    /// What it may reach of the machine: the folders, opened, and the rest of its permissions.
    public var folders: GrantedFolders
    /// Bytes the script may hold.
    public var memoryLimit: Int
    /// What the run's tasks, rows and memory are counted by; nil: nobody counts, and only memory has a limit.
    public var meter: RunMeter?
    /// Counts bytes that are about to be written to a file. Fails where the run may write no more.
    public var countOutput: @HostLoop (Int) throws(LimitExcess) -> Void = { _ in }
    /// Takes standard output, from `print`, exports to "-" and help alike.
    public var output: (UnsafeRawBufferPointer) -> Void
    /// Columns of the terminal that standard output is; nil where it is none.
    public var terminalWidth: @HostLoop () -> Int? = { nil }
    /// Takes the log lines of scripts, and the warnings of Lua.
    public var log: @HostLoop (LogLine) -> Void
    /// Takes what is wrong with the command line. By default it goes to standard error.
    public var complain: @HostLoop (String) -> Void = { text in
        var text = KnownSecrets.scrubber.scrubbed(text)
        text.withUTF8 { bytes in
            // There is nowhere left to report a failure to.
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }
    /// The value of an environment variable, nil where there is none; asked for granted ones only, and by `finlua.args`
    /// to tell that one is set and not granted.
    public var environment: @HostLoop (String) -> String? = { _ in nil }
    /// The day that is today to the script, UTC: the day the run began or was told to replay. It stays the same to the run's
    /// end, and for a run that is resumed later.
    public var today: Day = HostLoop.now.day
    /// What the script keeps between runs; nil: it ends with this one.
    public var values: ScriptValues?
    /// What the terminal behind `output` can show.
    public var terminal = TerminalTraits()
    /// Takes what the script wants an endpoint to be told, to send it when the run has ended well; says whether there is
    /// anything to tell. By default there is no endpoint.
    public var notify: @HostLoop (Notice, _ endpoint: String) throws(NotifyError) -> Bool = {
        (_, name) throws(NotifyError) in
        throw NotifyError(.badArgument, "the configuration has no endpoint \"\(name)\"")
    }
    /// Hears what the script finds out.
    public var observed: @HostLoop (ScriptObservation) -> Void = { _ in }

    /// A configuration; what is left out goes nowhere or holds nothing.
    public init(
        program: String, arguments: [String] = [], folders: GrantedFolders,
        memoryLimit: Int = 256 << 20, output: @escaping (UnsafeRawBufferPointer) -> Void = { _ in },
        log: @escaping @HostLoop (LogLine) -> Void = { _ in }
    ) {
        self.program = program
        self.arguments = arguments
        self.folders = folders
        self.memoryLimit = memoryLimit
        self.output = output
        self.log = log
    }
}
