import CPrivacy
import Confinement
import Finout
import HostLoop
import LuaRuntime

/// The program: finds the command, runs it on the loop, and turns how it ended into an exit status.
public enum Tool {
    /// `arguments` without the program's name. Returns when the command has ended and everything is written.
    public static func main(_ arguments: [String]) -> Int32 {
        // Before any secret is read. Where the kernel refuses, there is nothing else to be done.
        _ = cprivacy_keep_memory()
        return HostLoop.run { await run(arguments, .ofProcess).rawValue }
    }

    @HostLoop
    private static func run(_ arguments: [String], _ environment: Environment) async -> ExitStatus {
        do {
            guard let word = arguments.first else {
                Help.overview(to: Terminal.error)
                return .usage
            }
            let name = ["--help": "help", "-h": "help", "--version": "version"][word] ?? word
            guard let command = Command.all.first(where: { $0.name == name }) else {
                throw UsageError.unknown("command", word, among: Command.all.map(\.name))
            }
            let rest = Array(arguments.dropFirst())
            if !command.describesItself, command.options.isEmpty,
                rest.contains(where: { ["--help", "-h"].contains($0) })
            {
                Help.command(command, to: Terminal.output)
                return .done
            }
            do {
                return try await command.perform(rest, environment)
            } catch var error as UsageError {
                error.help = "finlua \(command.name) --help"
                throw error
            }
        } catch {
            return Complaint(error).report()
        }
    }
}
