/// How the program was called, for a line that somebody can paste into a shell.
struct CommandLine: Sendable {
    /// `run`, `query`.
    let command: String
    /// What followed it.
    let words: [String]

    /// The same call with `--resume`.
    func resuming(_ isResuming: Bool) -> String {
        (["finlua", command] + (isResuming ? [] : ["--resume"]) + words).map(Self.quoted).joined(separator: " ")
    }

    /// A run in a list: the script's file without its folders, or the command, and the arguments.
    static func short(_ script: String, _ arguments: [String]) -> String {
        let name = script.split(separator: "/").last.map(String.init) ?? script
        return ([name] + arguments.map(quoted)).joined(separator: " ")
    }

    /// The word as a POSIX shell reads it back.
    static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./=:,@%+".utf8.contains(byte)
            }
        }
        if isPlain, !word.isEmpty { return word }
        return "'" + word.replacing("'", with: #"'\''"#) + "'"
    }
}
