import Secrets
import Wording

/// How the program was called, for a line that somebody can paste into a shell.
struct CommandLine: Sendable {
    /// `run`, `query`.
    let command: String
    /// What followed it.
    let words: [String]

    /// The same call with `--resume`.
    func resuming(_ isResuming: Bool) -> String {
        let harmless = words.map(KnownSecrets.scrubber.scrubbed)
        return (["finlua", command] + (isResuming ? [] : ["--resume"]) + harmless).map(ShellWord.quoted)
            .joined(separator: " ")
    }

    /// A run in a list: the script's file without its folders, or the command, and the arguments.
    static func short(_ script: String, _ arguments: [String]) -> String {
        let name = script.split(separator: "/").last.map(String.init) ?? script
        return ([name] + arguments.map(ShellWord.quoted)).joined(separator: " ")
    }
}
