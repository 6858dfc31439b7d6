import HostLoop

/// One word after `finlua`.
struct Command: Sendable {
    let name: String
    /// What follows the name: `SCRIPT [--arg value …]`.
    let synopsis: String
    let summary: String
    /// More sentences, for the command's own help.
    var details = ""
    /// Those of finlua's own options that mean something to it.
    var options = HostOption.Name.allCases
    /// Whether it prints its own help when it is called with `--help`.
    var describesItself = false
    let perform: @HostLoop @Sendable (_ arguments: [String], _ environment: Environment) async throws -> ExitStatus

    /// All of them, in the order of help.
    static let all: [Command] = [
        .run, .check, .keys, .values, .query, .runs, .store, .limits, .notify, .simulate, .version, .help,
    ]
}
