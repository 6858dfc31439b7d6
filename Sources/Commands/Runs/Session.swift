import Confinement
import Finout
import HostLoop
import LuaRuntime
import ScriptAPI
import StateStore

/// One run of one script, from its lock to its record.
@HostLoop final class Session {
    let settings: Settings
    let commandLine: CommandLine
    let console: Console
    let started = HostLoop.now
    let notes = RunNotes()
    var ending = RunEnding()
    private let environment: Environment
    private let output: OutputStream
    /// What a signal or the deadline ends.
    private var cancel: () -> Void = {}

    /// `commandLine` is how the program was called.
    init(_ settings: Settings, _ commandLine: CommandLine, _ environment: Environment) {
        self.settings = settings
        self.environment = environment
        self.commandLine = commandLine
        let console = Console(settings.log)
        self.console = console
        output = OutputStream { console.progress?.clear() }
    }

    private var deadline: Moment { started + settings.timeout }

    /// Runs `script` to its end, whatever that is, and says how it ended; `arguments` are its own.
    func run(_ script: Script, arguments: [String]) async -> ExitStatus {
        defer { console.progress?.finish() }
        Interruption.onFirst { self.interrupt($0) }
        do {
            var enclosure = try Enclosure(script, settings)
            let account = try SessionAccount(settings, deadline: deadline)
            defer { account.close() }
            let harmless = arguments.map(account.configuration.redacted)
            let label = CommandLine.short(script.identity, harmless)
            let state = try settings.state.open(label: label, replacing: settings.replacesState) {
                console.say($0, level: .warn)
            }
            let identity = RunIdentity(script, arguments: harmless, account: account.hash)
            try await lock(script, identity, state)
            let run = try OpenRun(identity, in: state, resumes: settings.resumes)
            if settings.resumes { remark(on: run) }
            try enclosure.admit(service: account.configuration.baseURL)
            let client = try FinoutClient(
                account.configuration, http: HTTPClient(enclosure.http), state: state, journal: run.journal)
            let last = abandonment(of: run, in: state, account: account, arguments: arguments)
            let error = await perform(
                script, arguments: arguments, client, enclosure, today: run.began.day, last)
            console.progress?.finish()
            return conclude(run, error, client: client, account: account, arguments: arguments)
        } catch {
            return refuse(error)
        }
    }

    /// Runs the script on the client; gives the error that ended it.
    private func perform(
        _ script: Script, arguments: [String], _ client: FinoutClient, _ enclosure: Enclosure, today: Day,
        _ last: Abandonment
    ) async -> (any Error)? {
        client.observer = { [console, notes] event in
            notes.note(event)
            console.progress?.note(event)
            if let line = LogLine(event, at: HostLoop.now) { console.log(line) }
        }
        let host = ScriptHost(client, configuration(script, arguments: arguments, enclosure.folders, today: today))
        close(enclosure)
        let stop = host.machine.stop
        let watchdog = Watchdog(deadline: deadline, isHeld: { stop.isHeld }, stop: { stop.ask() }) { last.leave($0) }
        let work = HostLoop.task { () -> (any Error)? in
            do throws(LuaError) {
                try await host.run(script.source, chunkName: script.name, isHost: script.isHost)
                return nil
            } catch {
                return error
            }
        }
        cancel = { work.cancel() }
        let clock = HostLoop.task { [deadline] in
            guard (try? await HostLoop.sleep(until: deadline)) != nil else { return }
            self.ending.deadlinePassed = true
            work.cancel()
        }
        if ending.signal != nil { work.cancel() }
        var error = await work.value
        clock.cancel()
        watchdog.end()
        if stop.wasAsked { note(watchdog.cause, &error) }
        // What is on its way is answered and written down first.
        await client.close()
        ending.isIncomplete = host.incomplete
        if error == nil, !arguments.isEmpty, !host.argumentsWereRead {
            console.log(
                LogLine(
                    level: .warn,
                    message: "\(script.name) takes no arguments (finlua.args), but was given some; "
                        + "finlua's own options stand before the script",
                    time: HostLoop.now))
        }
        do throws(Terminal.WriteError) { try output.flush() } catch { lose(error) }
        return error
    }

    /// The script was stopped, maybe before the loop could see why.
    private func note(_ cause: Watchdog.Cause?, _ error: inout (any Error)?) {
        switch cause {
        case .deadline:
            ending.deadlinePassed = true
            let failure = LuaFailure(code: "deadline", message: Deadline.message(settings.timeout))
            error = LuaError(failure: failure, where: (error as? LuaError)?.where)
        case .signal(let number): ending.signal = ending.signal ?? number
        case nil: break
        }
    }

    /// The last thing before the script's first line.
    private func close(_ enclosure: Enclosure) {
        var enclosure = enclosure
        enclosure.close(environment)
        notes.walls = enclosure.walls
        console.log(
            LogLine(
                level: .debug, message: "walls around the script",
                fields: [("standing", .text("\(enclosure.walls)"))], time: HostLoop.now))
    }

    private func configuration(
        _ script: Script, arguments: [String], _ folders: GrantedFolders, today: Day
    ) -> ScriptHostConfiguration {
        var configuration = ScriptHostConfiguration(
            program: script.program, arguments: arguments, folders: folders, memoryLimit: settings.memory,
            output: { [output] in output.write($0) }, log: { [console] in console.log($0) })
        configuration.complain = { [console] in console.write($0) }
        configuration.ownOptions = HostOption.all.filter { script.takes.contains($0.name) }.map {
            "--\($0.name.rawValue)"
        }
        configuration.environment = { [environment] in environment[$0] }
        configuration.today = today
        configuration.wrote = { [notes] in notes.wrote($0, bytes: $1) }
        return configuration
    }

    /// Takes the lock of a script that runs alone, or of a run that is to be resumed. Fails with `Overlap`.
    private func lock(_ script: Script, _ identity: RunIdentity, _ state: StateStore) async throws {
        guard script.runsAlone || settings.resumes else { return }
        let lock = OverlapLock(log: RunLog(state), store: state, identity: identity)
        guard settings.waitsForLock else {
            if let overlap = try lock.take() { throw overlap }
            return
        }
        let waiting = HostLoop.task { [deadline, console] () -> Result<Overlap?, any Error> in
            do {
                return .success(
                    try await lock.wait(until: deadline) { console.remark("\($0); waiting for its end") })
            } catch {
                return .failure(error)
            }
        }
        cancel = { waiting.cancel() }
        if let overlap = try await waiting.value.get() { throw overlap }
    }

    private func remark(on run: OpenRun) {
        guard run.isResumed else { return console.remark("there is nothing to resume; a new run begins") }
        console.remark("run \(run.id) of \(run.began) goes on (attempt \(run.attempts))")
    }

    /// The first signal: the run ends in good order. The second is no longer heard here.
    private func interrupt(_ signal: Int32) {
        ending.signal = signal
        console.remark("\(Interruption.status(signal).cause): ending in good order; once more leaves at once")
        cancel()
    }
}
