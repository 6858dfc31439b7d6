import Commands
import Finout
import HostLoop
import LuaRuntime
import ScriptAPI
import Wording

extension FuzzTarget {
    /// Argument lists of finlua itself: no word is lost, and the line that is shown pastes back.
    static let arguments = FuzzTarget(
        "arguments", takes: "words, each ended by a zero byte",
        words: HostOption.Name.allCases.map { "--\($0.rawValue)\0" } + ["--\0", "--timeout=\0", "-h\0", "a.lua\0", "'"]
    ) { bytes in
        let words = bytes.split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        for reach in [HostArguments.Reach.untilFirstWord, .everywhere] {
            guard let options = try? HostArguments(words, reach: reach) else { continue }
            var left = words[...]
            for word in options.rest {
                guard let index = left.firstIndex(of: word) else { throw Finding("\(word) was not given") }
                left = left[(index + 1)...]
            }
            let taken = options.values.values.reduce(0) { $0 + $1.count }
            // A switch may be repeated, `--` goes, and a value may be a word of its own.
            try expect(
                options.rest.count + 2 * taken + 1 >= words.count, "\(words) became \(options.values) \(options.rest)")
        }
        for word in words { try expectSame(try shellWord(ShellWord.quoted(word)), word, "a word pastes back") }
    }

    /// How a POSIX shell reads one word of plain characters, single quotes and backslashes.
    private static func shellWord(_ text: String) throws -> String {
        var word: [UInt8] = []
        var isQuoted = false
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                word.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "'") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: "\\"), !isQuoted {
                isEscaped = true
            } else {
                try expect(isQuoted || !" \t\n\"$`;&|<>()*?[#~!{".utf8.contains(byte), "\(text) is more than a word")
                word.append(byte)
            }
        }
        try expect(!isQuoted && !isEscaped, "\(text) is not closed")
        return String(decoding: word, as: UTF8.self)
    }

    /// Argument lists of scripts: values of their declared types, or exit 2 and a line that says why.
    static let scriptArguments = FuzzTarget(
        "script-arguments", takes: "words, each ended by a zero byte",
        words: [
            "--days\0", "--since=", "--csv\0", "--filter\0", "--ids=1,2\0", "--ratio=", "--format\0", "today-3\0",
            "0x10", "1e3",
            "--help\0", "yesterday\0",
        ],
        onLoop: { bytes in
            let words = bytes.prefix(4096).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            var output = ""
            var complaint = ""
            let run = try await ScriptRun(arguments: words, source: declaration) { complaint += $0 }
            output = run.output
            switch run.error {
            case nil: try expect(output.hasPrefix("ok\n"), "\(words): \(output)")
            case .some(let error) where error.exitStatus == 2:
                try expect(output.isEmpty && complaint.hasSuffix("\n"), "\(words): \(output)\(complaint)")
            case .some(let error) where error.exitStatus == 0: try expect(output.contains("usage:"), output)
            case .some(let error): throw Finding("\(words): \(error)")
            }
        })

    private static let declaration = """
        local args = require "finlua.args" {
          days = { type = "integer", default = 7, min = 1, max = 60, help = "length of a period" },
          since = { type = "date", default = "2026-10-01" },
          csv = { type = "boolean", help = "print CSV" },
          format = { one_of = { "table", "csv" }, default = "table" },
          filter = { type = "list", separator = false },
          ids = { type = "list", of = "integer" },
          ratio = { type = "number", max = 1 },
          path = { positional = 1, help = "the key" },
        }
        assert(math.type(args.days) == "integer" and args.days >= 1 and args.days <= 60)
        assert(type(args.csv) == "boolean" and (args.format == "table" or args.format == "csv"))
        for _, id in ipairs(args.ids) do assert(math.type(id) == "integer") end
        for _, text in ipairs(args.filter) do assert(type(text) == "string") end
        assert(args.ratio == nil or args.ratio <= 1, args.ratio)
        assert(args.since - args.since == 0 and #tostring(args.since) == 10)
        print("ok")
        """

    /// The configuration file: settings, or an error that says what is wrong.
    static let configuration = FuzzTarget(
        "configuration", takes: "a configuration file",
        words: [
            "return {", "}", "profiles", "default_profile", "client_id", "secret_key_file", "base_url", "limits",
            "poll",
            "run", "timeout", "memory", "= ", "\"15m\"", "[1]", "--[[",
        ],
        onLoop: { bytes in
            // A file is the operator's own and may be a program: one that never ends is no finding.
            let text = String(decoding: bytes, as: UTF8.self)
            guard !["while", "for", "repeat", "goto", "function", "rep", "("].contains(where: text.contains) else {
                return
            }
            var configuration = Configuration()
            do {
                try await configuration.read(bytes, profile: nil)
            } catch let error as UsageError {
                try expect(!error.description.isEmpty, "an error says something")
            }
        })
}
