import HostLoop
import Notify
import StateStore

extension Command {
    static let notify = Command(
        name: "notify", synopsis: "[test NAME [--text TEXT]]",
        summary: "List the endpoints that scripts can tell something, or try one.",
        details: """
            They stand in the configuration file under `notify`. `finlua notify test NAME` sends a message to one, as a
            script would, and says whether it was accepted.

              --text TEXT               what to send
            """,
        options: [.config, .help], perform: notifyEndpoint)

    @HostLoop @Sendable
    private static func notifyEndpoint(_ arguments: [String], _ environment: Environment) async throws -> ExitStatus {
        let options = try HostArguments(arguments, reach: .everywhere, options: Command.notify.options)
        if options[.help] != nil {
            Help.command(.notify, to: Terminal.output)
            return .done
        }
        var words = options.rest
        var text = "It works: scripts reach you here."
        if let place = words.firstIndex(of: "--text") {
            guard place + 1 < words.count else { throw UsageError("--text needs a value: --text TEXT") }
            text = words[place + 1]
            words.removeSubrange(place...(place + 1))
        }
        if let option = words.first(where: { $0.hasPrefix("-") }) {
            throw UsageError.unknown("option", option, among: ["--text"])
        }
        let origin = options[.config] != nil ? "--config" : HostOption[.config].variable ?? ""
        let configuration = try await Configuration.load(
            path: options.text(.config, environment), origin: origin, profile: nil, environment)
        let settings = NotifySettings(configuration)
        guard let word = words.first else {
            try Terminal.put(list(settings, configuration.path))
            return .done
        }
        guard word == "test", words.count == 2 else {
            throw UsageError("notify takes no words, or test and a name: finlua notify test NAME")
        }
        try await test(words[1], text, settings)
        return .done
    }

    @HostLoop
    private static func test(_ name: String, _ text: String, _ settings: NotifySettings) async throws {
        guard settings.settings.contains(where: { $0.name == name }) else {
            throw UsageError.unknown("endpoint", name, among: settings.settings.map(\.name))
        }
        let endpoints = settings.endpoints(only: name)
        if let reason = endpoints.broken[name] { throw UsageError("\(name) cannot be used: \(reason)") }
        // A state of its own: a test waits for nobody, and is sent again when it is made again.
        let notifier = Notifier(
            endpoints.usable, told: ToldNotices(StateStore(), script: "", account: ""), run: "test", scope: "test",
            source: "finlua notify test", deadline: HostLoop.now + .seconds(30))
        notifier.observer = { event in
            guard case .retrying(_, _, let reason, _) = event else { return }
            Terminal.complain("finlua: \(reason); trying again")
        }
        try await notifier.send(Notice(title: "A test of finlua", text: text), to: name)
        try Terminal.put("\(name) has accepted the message\n")
    }

    private static func list(_ settings: NotifySettings, _ path: String) -> String {
        if settings.settings.isEmpty {
            return "no endpoints: \(path) has no table notify = { team = { type = \"slack\", url_file = \"…\" } }\n"
        }
        var table = TextTable([.init(title: "name"), .init(title: "type")])
        table.rows = settings.settings.map { [$0.name, $0.kind.rawValue] }
        return table.text(width: Terminal.tableWidth)
    }
}
