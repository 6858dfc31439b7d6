import Confinement
import Finout
import Glibc
import HostLoop
import LuaRuntime
import Monitoring
import Notify
import RunLimits
import ScriptAPI
import Secrets
import StateStore

/// One run of one script, from its lock to its record.
@HostLoop final class Session {
    let settings: Settings
    let commandLine: CommandLine
    let console: Console
    let started = HostLoop.now
    let notes = RunNotes()
    var ending = RunEnding()
    /// What the run makes final if it ends well.
    var commits = RunCommits()
    /// Throws away the files of a run that did not end well.
    var discardOutputs: () -> Void = {}
    /// What the script keeps, from the run's beginning on.
    var values: ScriptValues?
    /// Tells those whom the script wants to be told, and whom it wants to be told.
    private(set) var notifier: Notifier?
    private let environment: Environment
    /// What the run has used of its limits.
    let meter: RunMeter
    /// What the tasks did when the run was told to end.
    private(set) var tasks: TaskListing?
    private(set) lazy var output = OutputStream(
        to: verdicts == nil ? Terminal.output : Terminal.error,
        beforeWriting: { [console] in console.progress?.clear() },
        mayWrite: { [unowned self] count in (try? countOutput(count)) != nil })
    private let clock = ThreadClock()
    /// What a signal or a limit ends.
    private var cancel: () -> Void = {}
    /// Stops the script where it stands, so that it can catch nothing.
    private var stop: () -> Void = {}
    /// Whether the script did not end by itself when it was told to.
    private(set) var wasStopped = false
    /// When it has to end, by the clock.
    private(set) var deadline: Moment
    /// The verdicts on the scripts before this one; nil: it is no check for a monitoring system.
    let verdicts: CheckVerdicts?
    /// What kept the script from coming to a result, as a monitoring system is told.
    var reason: String?

    /// What the client did, once the run has ended.
    var statistics: ClientStatistics?
    /// The script's arguments, without secrets.
    private(set) var arguments: [String] = []
    /// The script's path.
    private var path = ""
    private lazy var manners = CronManners(settings.cron, console)

    /// `commandLine` is how the program was called.
    init(
        _ settings: Settings, _ commandLine: CommandLine, _ environment: Environment, verdicts: CheckVerdicts? = nil
    ) {
        self.verdicts = verdicts
        deadline = HostLoop.now + settings.run.timeout
        self.settings = settings
        self.environment = environment
        self.commandLine = commandLine
        let console = Console(settings.log)
        self.console = console
        meter = RunMeter(settings.run) { console.warn($0) }
    }

    /// Runs `script` to its end, whatever that is, and says how it ended; `arguments` are its own.
    func run(_ script: Script, arguments: [String]) async -> ExitStatus {
        Interruption.onFirst { self.interrupt($0) }
        do {
            let place = try Workplace([script], settings, console, deadline: deadline) {
                CommandLine.short(script.identity, arguments.map(KnownSecrets.scrubber.scrubbed))
            }
            defer { place.leave() }
            manners.begin()
            return await run(script, arguments: arguments, in: place)
        } catch {
            (path, self.arguments) = (script.identity, arguments)
            return await tell(refuse(error))
        }
    }

    /// Tells others of a run that is no part of a check.
    private func tell(_ status: ExitStatus) async -> ExitStatus {
        if verdicts == nil { await manners.end([endedRun(status)], status) }
        return status
    }

    /// The run as others see it.
    func endedRun(_ status: ExitStatus) -> EndedRun {
        var ended = EndedRun(path: path, arguments: arguments, started: started, ended: HostLoop.now, status: status)
        ended.statistics = statistics
        ended.findings = notes.content?.findings ?? RunFindings()
        return ended
    }

    /// Runs `script`, the one of this `number`, in a place that others may share.
    func run(_ script: Script, arguments: [String], in place: Workplace, number: Int = 0) async -> ExitStatus {
        // Its steps hold the session, and so the state, which is to be closed at the end.
        defer { commits = RunCommits() }
        defer { console.progress?.finish() }
        Interruption.onFirst(leaving: verdicts == nil ? nil : ExitStatus(CheckState.unknown)) { self.interrupt($0) }
        deadline = place.deadline
        do {
            let (account, state) = (place.account, place.state)
            // Before they are quoted: a secret with a quote in it would not be found any more.
            let harmless = arguments.map(KnownSecrets.scrubber.scrubbed)
            (path, self.arguments) = (script.identity, harmless)
            // A replay of another day is another run.
            let replay = settings.asOf.map { ["--\(HostOption.Name.asOf.rawValue)", "\($0)"] } ?? []
            let identity = RunIdentity(script, arguments: replay + harmless, account: account.hash)
            try await lock(script, identity, state)
            let run = try OpenRun(identity, in: state, resumes: settings.resumes)
            if settings.resumes { remark(on: run) }
            values = ScriptValues(state, script: identity.script, account: account.owner)
            let notifier = notifier(place.endpoints, script, identity, run, account, state)
            self.notifier = notifier
            commits.add(.notifications) { try await self.tell(notifier) }
            var configuration = account.configuration
            configuration.meter = meter
            let client = try FinoutClient(configuration, http: place.http, state: state, journal: run.journal)
            let last = abandonment(of: run, in: state, account: account, arguments: harmless)
            let error = await perform(
                script, arguments: arguments, client, place, number, today: today(of: run), last)
            console.progress?.finish()
            let status = await conclude(run, error, client: client, account: account, arguments: harmless)
            if verdicts == nil { await alert(script, identity, place, run) }
            _ = await tell(status)
            // Taking apart all that a stopped script holds may take longer than the run may; the process takes it along.
            if wasStopped, verdicts == nil { exit(status.rawValue) }
            return status
        } catch {
            return await tell(refuse(error))
        }
    }

    /// Runs the script on the client; gives the error that ended it.
    private func perform(
        _ script: Script, arguments: [String], _ client: FinoutClient, _ place: Workplace, _ number: Int, today: Day,
        _ last: Abandonment
    ) async -> (any Error)? {
        client.observer = { [console, notes] event in
            notes.note(event)
            console.progress?.note(event)
            if let line = LogLine(event, at: HostLoop.now) { console.log(line) }
        }
        let host = ScriptHost(client, configuration(script, arguments: arguments, place.folders(number), today: today))
        let outputs = host.outputs
        commits.add(.outputs) { [notes, console] in
            try outputs.commit { notes.wrote($0, bytes: $1) }
            for change in outputs.changes {
                notes.changed(change)
                console.log(LogLine(level: .debug, message: "\(change.path): \(change.text)", time: HostLoop.now))
            }
        }
        discardOutputs = { outputs.discard() }
        close(place)
        let stop = host.machine.stop
        let watchdog = watchdog(stop, last)
        self.stop = {
            stop.ask()
            watchdog.expectEnd()
        }
        let work = HostLoop.task { () -> (any Error)? in
            do throws(LuaError) {
                try await host.run(script.source, chunkName: script.name, isHost: script.isHost)
                return nil
            } catch {
                return error
            }
        }
        cancel = { [self, unowned machine = host.machine] in
            if tasks == nil {
                tasks = TaskListing(tasks: machine.tasks, open: meter.used(.tasks) + 1, waits: client.waits)
            }
            work.cancel()
        }
        let timer = HostLoop.task { [deadline] in
            if (try? await HostLoop.sleep(until: deadline)) != nil { self.end(for: .wall) }
        }
        if ending.signal != nil { work.cancel() }
        let error = await work.value
        timer.cancel()
        watchdog.end()
        // They hold the client, and so the state, which is to be closed at the end.
        (cancel, self.stop) = ({}, {})
        wasStopped = stop.wasAsked
        if wasStopped { note(watchdog.cause) }
        meter.measure(wall: HostLoop.now - started, cpu: clock.used)
        _ = host.machine.memory
        noteTasks(of: host.machine, client.waits)
        if error == nil { client.warnOfUnreadFailures() }
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
        do throws(Terminal.WriteError) { try output.flush() } catch {
            // What a script prints beside its checks is no part of what they come to.
            if verdicts == nil { lose(error) }
        }
        return error
    }

    private func watchdog(_ stop: LuaStop, _ last: Abandonment) -> Watchdog {
        let (limits, started, meter, clock) = (settings.run, started, meter, clock)
        func near(_ limit: RunLimit) -> Duration {
            .milliseconds(RunMeter.warning(at: limits[limit].value))
        }
        return Watchdog(
            Watchdog.Times(
                deadline: deadline, cpu: limits.cpu, nearDeadline: started + near(.wall), nearCPU: near(.cpu)),
            Watchdog.Actions(
                isHeld: { stop.isHeld },
                near: { _ in meter.measure(wall: HostLoop.now - started, cpu: clock.used) },
                over: { cause in HostLoop.task { self.end(for: cause == .cpu ? .cpu : .wall) } },
                stop: { stop.ask() },
                leave: { last.leave($0, of: stop, clock: clock) }),
            clock: clock)
    }

    /// A limit is reached that no script can catch.
    private func end(for limit: RunLimit) {
        ending.limit = ending.limit ?? limit
        cancel()
    }

    /// Counts bytes before they are written. Fails, and stops the script, where they would be too many: an output that is
    /// cut short must not look like a whole one.
    private func countOutput(_ count: Int) throws(LimitExcess) {
        do {
            try meter.take(.output, count)
        } catch {
            ending.limit = ending.limit ?? .output
            stop()
            HostLoop.task { self.cancel() }
            throw error
        }
    }

    /// The script was stopped, maybe before the loop could see why.
    private func note(_ cause: Watchdog.Cause?) {
        switch cause {
        case .deadline: ending.limit = ending.limit ?? .wall
        case .cpu: ending.limit = ending.limit ?? .cpu
        case .signal(let number): ending.signal = ending.signal ?? number
        case .other, nil: break
        }
    }

    /// What is told of the tasks: what they did when they were told to end, and of one that did not end, where it was
    /// stopped then.
    private func noteTasks(of machine: LuaMachine, _ waits: [LimiterStanding]) {
        let open = meter.used(.tasks) + 1
        if wasStopped {
            let stopped = machine.tasks
            let running = stopped.filter { $0.activity == .running }
            var told = tasks?.tasks ?? stopped
            told.removeAll { task in running.contains { $0.number == task.number } }
            told = (told + running).sorted { $0.number < $1.number }
            tasks = TaskListing(tasks: told, open: max(tasks?.open ?? open, told.count), waits: tasks?.waits ?? waits)
        } else if tasks == nil, let failed = machine.tasksAtFailure {
            tasks = TaskListing(tasks: failed, open: max(open, failed.count), waits: waits)
        }
    }

    /// The last thing before the script's first line.
    private func close(_ place: Workplace) {
        let isFirst = !place.isClosed
        let walls = place.close(environment)
        notes.note(walls)
        guard isFirst else { return }
        console.log(
            LogLine(
                level: .debug, message: "walls around the script", fields: [("standing", .text("\(walls)"))],
                time: HostLoop.now))
    }

    private func configuration(
        _ script: Script, arguments: [String], _ folders: GrantedFolders, today: Day
    ) -> ScriptHostConfiguration {
        var configuration = ScriptHostConfiguration(
            program: script.program, arguments: arguments, folders: folders,
            memoryLimit: settings.run[.memory].value,
            output: { [output] in output.write($0) }, log: { [console] in console.log($0) })
        configuration.complain = { [console, unowned self] text in
            console.write(text)
            reason = text.split(separator: "\n").first.map(String.init)
        }
        configuration.ownOptions = HostOption.all.filter { script.takes.contains($0.name) }.map {
            "--\($0.name.rawValue)"
        }
        configuration.environment = { [environment] in environment[$0] }
        configuration.terminalWidth = { Terminal.isTerminal(Terminal.output) ? Terminal.width(Terminal.output) : nil }
        configuration.meter = meter
        configuration.countOutput = { [unowned self] (count) throws(LimitExcess) in try countOutput(count) }
        configuration.version = Version.finlua
        configuration.today = today
        configuration.values = values
        configuration.terminal = Terminal.traits(environment)
        if let notifier {
            configuration.notify = { (notice, name) throws(NotifyError) in try notifier.stage(notice, to: name) }
        }
        configuration.observed = { [notes] in notes.note($0) }
        return configuration
    }

    /// Tells whom the script wanted to be told; a signal ends the waiting.
    private func tell(_ notifier: Notifier) async throws(NotifyError) {
        let work = HostLoop.task { () -> NotifyError? in
            do throws(NotifyError) {
                try await notifier.sendStaged()
                return nil
            } catch {
                return error
            }
        }
        cancel = { work.cancel() }
        defer { cancel = {} }
        if let error = await work.value { throw error }
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

    /// The day that is today to the script. UTC.
    func today(of run: OpenRun) -> Day { settings.asOf ?? run.began.day }

    /// Whether it is about a day before it began, of which nothing is to be remembered.
    func isReplay(_ run: OpenRun) -> Bool { today(of: run) < run.began.day }

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
