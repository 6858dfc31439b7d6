import Glibc
import HostLoop
import RowDecoder
import StateStore
import Wording

extension Command {
    static let store = Command(
        name: "store", synopsis: "[SCRIPT [--clear]] [--json]",
        summary: "List what scripts keep between runs, or clear what one keeps.",
        details: """
            SCRIPT is the path of a script, which need not be there any more. What it keeps, on every account, is
            listed, or with --clear removed.

              --clear                   remove all that the script keeps; its next run is as its first
              --json                    for machines: one object a line
            """,
        options: [.state, .replaceState, .help], perform: showStore)

    @HostLoop @Sendable
    private static func showStore(_ arguments: [String], _ environment: Environment) async throws -> ExitStatus {
        let options = try HostArguments(arguments, reach: .everywhere, options: Command.store.options)
        if options[.help] != nil {
            Help.command(.store, to: Terminal.output)
            return .done
        }
        let (words, flags) = try OwnFlags.split(options.rest, known: ["--clear", "--json"])
        guard words.count <= 1 else { throw UsageError("store takes one script; \(words[1]) is too much") }
        guard words.count == 1 || !flags.contains("--clear") else {
            throw UsageError("--clear needs the script whose values are to go: finlua store SCRIPT --clear")
        }
        let state = try options.openState(environment, label: "store")
        let kept = KeptValues(state)
        guard let word = words.first else {
            try Terminal.put(list(try kept.scripts(), state.path, isJSON: flags.contains("--json")))
            return .done
        }
        let script = try path(of: word, among: try kept.scripts().map(\.path), state.path)
        if flags.contains("--clear") {
            try Terminal.put("\(try kept.clear(script)) removed of \(script)\n")
        } else {
            try Terminal.put(list(try kept.entries(of: script), isJSON: flags.contains("--json")))
        }
        return .done
    }

    /// The path that a script's values are kept under.
    private static func path(of word: String, among known: [String], _ state: String) throws(UsageError) -> String {
        let resolved = Script.resolved(word)
        if let found = known.first(where: { $0 == resolved || $0 == word }) { return found }
        throw UsageError(
            "no script \(resolved) keeps anything in the state \(state); `finlua store` lists those that do")
    }

    private static func list(_ scripts: [KeptValues.Script], _ state: String, isJSON: Bool) -> String {
        if isJSON {
            return scripts.map { script in
                JSONValue.record([
                    ("script", .string(script.path)), ("account", .string(script.account)),
                    ("count", .count(script.count)), ("bytes", .count(script.bytes)),
                    ("changed", .moment(script.changed)),
                ]).line + "\n"
            }.joined()
        }
        if scripts.isEmpty { return "no script keeps anything in the state \(state)\n" }
        var table = TextTable([
            .init(title: "changed"), .init(title: "count", isNumber: true), .init(title: "bytes", isNumber: true),
            .init(title: "account"), .init(title: "script"),
        ])
        table.rows = scripts.map {
            [
                "\($0.changed)", $0.count.grouped, $0.bytes.grouped, String($0.account.prefix(8)),
                $0.path,
            ]
        }
        return table.text(width: Terminal.tableWidth)
    }

    private static func list(_ entries: [KeptValues.Entry], isJSON: Bool) -> String {
        if isJSON {
            return entries.map { entry in
                JSONValue.record([
                    ("kind", .string(entry.kind.word)), ("name", .string(entry.name)), ("bytes", .count(entry.bytes)),
                    ("account", .string(entry.account)), ("run", .string(entry.run)),
                    ("changed", .moment(entry.changed)),
                ]).line + "\n"
            }.joined()
        }
        var table = TextTable([
            .init(title: "run"), .init(title: "account"), .init(title: "bytes", isNumber: true), .init(title: "kind"),
            .init(title: "name"),
        ])
        table.rows = entries.map {
            [$0.run, String($0.account.prefix(8)), $0.bytes.grouped, $0.kind.word, $0.name]
        }
        return table.text(width: Terminal.tableWidth)
    }
}

extension ScriptKey.Kind {
    fileprivate var word: String {
        switch self {
        case .value: "value"
        case .rows: "rows"
        }
    }
}
