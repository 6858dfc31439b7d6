import HostLoop

/// The commands that ask the API directly. Each is a script of the public modules, kept inside the program.
extension Command {
    static let keys = asking(
        "keys", "[--match TEXT] [--cost-center NAME] …", "List the keys that costs can be grouped and filtered by.",
        source: PackageResources.keys_lua)

    static let values = asking(
        "values", "PATH [--type TYPE] …", "List the values of a key, such as AWS/region.",
        source: PackageResources.values_lua)

    static let query = asking(
        "query", "[--dimension PATH] [--last 30d] …", "Ask for costs and print them.",
        source: PackageResources.query_lua)

    private static func asking(
        _ name: String, _ synopsis: String, _ summary: String, source: [UInt8]
    ) -> Command {
        Command(
            name: name, synopsis: synopsis, summary: summary, options: HostOption.ofAsking, describesItself: true
        ) { arguments, environment in
            let options = try HostArguments(arguments, reach: .everywhere, options: HostOption.ofAsking)
            let script = Script(
                name: "=[finlua \(name)]", program: "finlua \(name)", source: source, isHost: true, modulePaths: [],
                identity: "finlua \(name)", takes: HostOption.ofAsking)
            let commandLine = CommandLine(command: name, words: arguments)
            if options[.help] != nil {
                // Help is the script's own, and asks no account for anything.
                let status = await Session(Settings(), commandLine, environment).run(script, arguments: ["--help"])
                Terminal.print("\n" + Help.options(HostOption.ofAsking))
                return status
            }
            return await Session(try await Settings.resolve(options, environment), commandLine, environment)
                .run(script, arguments: options.rest)
        }
    }
}
