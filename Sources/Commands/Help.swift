import Monitoring

/// Help, made from the tables of commands, options and exit statuses.
enum Help {
    static func overview(to descriptor: Int32) {
        var text = """
            finlua: short Lua scripts against the Finout cost API

            usage: finlua COMMAND [options] …

            commands


            """
        for command in Command.all { text += row(command.name, command.summary) }
        text += """

            `finlua COMMAND --help` says more; `finlua help exit-codes` lists how a run can end, `finlua help modules` what a
            script can require, and `finlua help group` all of finlua.group.
            A first look, without credentials: finlua query --demo --dimension AWS/service --last 7d

            """
        Terminal.print(text, to: descriptor)
    }

    static func command(_ command: Command, to descriptor: Int32) {
        let call = (["finlua", command.name] + (command.synopsis.isEmpty ? [] : [command.synopsis])).joined(
            separator: " ")
        var text = "usage: \(call)\n\n\(command.summary)\n"
        if !command.details.isEmpty { text += command.details + "\n" }
        if !command.options.isEmpty { text += "\n" + options(command.options) }
        Terminal.print(text, to: descriptor)
    }

    /// Those options of finlua itself that a command takes, and the environment beside them.
    static func options(_ names: [HostOption.Name]) -> String {
        var text = "options of finlua (environment variable in brackets)\n\n"
        for option in HostOption.all where names.contains(option.name) {
            let name = "--\(option.name.rawValue)" + (option.placeholder.map { " \($0)" } ?? "")
            text += row(name, option.help + (option.variable.map { " [\($0)]" } ?? ""))
        }
        guard names.contains(.baseURL) else { return text }
        text += "\nsettings of the environment\n\n"
        for variable in HostVariable.allCases { text += row(variable.rawValue, variable.help) }
        return text
    }

    static func exitCodes(to descriptor: Int32) {
        var text = "How a run can end\n\n"
        for status in ExitStatus.allCases { text += row("\(status.rawValue)", status.cause) }
        text += "\nWhat finlua check ends with instead\n\n"
        for state in CheckState.allCases { text += row("\(state.rawValue)", state.meaning) }
        Terminal.print(text, to: descriptor)
    }

    static func modules(_ modules: [ModuleReference], to descriptor: Int32) {
        var text = "What a script can require; `finlua help MODULE` tells all of one\n\n"
        for module in modules { text += row(module.name, module.summary) }
        Terminal.print(text, to: descriptor)
    }

    /// A name and what it means, on lines of `width` characters.
    static func row(_ name: String, _ meaning: String, width: Int = Terminal.tableWidth) -> String {
        let (indent, column) = ("  ", 28)
        let margin = String(repeating: " ", count: column)
        var lines = [indent + name]
        if lines[0].count >= column { lines.append("") }
        lines[lines.count - 1] += margin.dropFirst(lines[lines.count - 1].count)
        var isBegun = false
        for word in meaning.split(separator: " ", omittingEmptySubsequences: false) {
            if isBegun, lines[lines.count - 1].count + 1 + word.count > width {
                lines.append(margin + word)
            } else {
                lines[lines.count - 1] += (isBegun ? " " : "") + word
            }
            isBegun = true
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Command {
    static let help = Command(
        name: "help", synopsis: "[COMMAND | MODULE | modules | exit-codes]", summary: "Print help.", options: []
    ) { arguments, _ in
        guard let word = arguments.first else {
            Help.overview(to: Terminal.output)
            return .done
        }
        if word == "exit-codes" {
            Help.exitCodes(to: Terminal.output)
            return .done
        }
        guard let command = Command.all.first(where: { $0.name == word }) else {
            let modules = try ModuleReference.all()
            if word == "modules" {
                Help.modules(modules, to: Terminal.output)
            } else if let module = modules.first(where: { [word, "finlua.\(word)"].contains($0.name) }) {
                Terminal.print(module.text, to: Terminal.output)
            } else {
                let names = modules.map { $0.name.split(separator: ".").last.map(String.init) ?? $0.name }
                throw UsageError.unknown(
                    "word", word, among: Command.all.map(\.name) + ["exit-codes", "modules"] + names)
            }
            return .done
        }
        if command.describesItself {
            return try await command.perform(["--help"], Environment(variables: [:]))
        }
        Help.command(command, to: Terminal.output)
        return .done
    }

    static let version = Command(
        name: "version", synopsis: "", summary: "Print the version.",
        options: []
    ) { _, _ in
        Terminal.print("finlua \(Version.finlua)\n")
        return .done
    }
}

enum Version {
    static let finlua = "0.1.0"
}
