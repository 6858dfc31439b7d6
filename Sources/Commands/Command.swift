import HostLoop

/// One word after `finlua`.
struct Command: Sendable {
    let name: String
    /// What follows the name: `SCRIPT [--arg value …]`.
    let synopsis: String
    let summary: String
    /// More sentences, for the command's own help.
    var details = ""
    /// Whether finlua's own options mean something to it.
    var takesHostOptions = true
    let perform: @HostLoop @Sendable (_ arguments: [String], _ environment: Environment) async throws -> ExitStatus

    /// All of them, in the order of help.
    static let all: [Command] = [
        .run, .keys, .values, .query, .simulate, .version, .help,
    ]
}
