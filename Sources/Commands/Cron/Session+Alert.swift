import HostLoop
import Notify
import ScriptAPI
import Secrets
import StateStore

extension Session {
    /// Tells the endpoint of `alert` that the script has failed too often, or works again, by the records of its runs.
    /// Whatever becomes of that, the run ended as it did.
    func alert(_ script: Script, _ identity: RunIdentity, _ place: Workplace, _ run: OpenRun) async {
        guard let setting = settings.cron.alert, !isReplay(run) else { return }
        let (state, name) = (place.state, CommandLine.short(identity.script, arguments))
        let notifier = Notifier(
            place.endpoints.usable, broken: place.endpoints.broken,
            told: ToldNotices(state, script: identity.script, account: place.account.owner), run: run.id,
            scope: "\(place.account.owner)\n\(identity.script)", source: "finlua · \(name)",
            deadline: HostLoop.now + Self.patience, silence: settings.isDemo ? "in a demo run" : nil)
        notifier.observer = { [console] event in if case .shown(let text) = event { console.say(text, level: .info) } }
        do {
            let outcomes = try RunLog(state).newest(
                100, script: identity.script, arguments: identity.arguments, account: identity.account)
            let step = AlertPolicy(after: setting.after).step(
                outcomes.map { AlertPolicy.Outcome(status: $0.status, attempts: $0.attempts) })
            // With other arguments it is another job.
            var notice = Notice(title: "", severity: .critical)
            notice.key = "finlua alert \(StateStore.hash(identity.arguments))"
            switch step {
            case .nothing: return
            case .alert(let failures):
                notice.title = name + (failures == 1 ? " failed" : " failed \(failures) times in a row")
                notice.text = "exit status \(ending.status.rawValue): \(reason ?? ending.status.cause)"
                notice.fields = [Notice.Field("run", run.id)]
            case .recovery:
                (notice.title, notice.resolves) = ("\(name) works again", true)
                // A demo run tells nobody, so nobody waits for it.
                if settings.isDemo { return }
            }
            try await notifier.send(notice, to: setting.endpoint)
        } catch {
            console.say("nobody could be told of the run: \(Complaint(error).text)", level: .warn)
        }
    }

    /// What an alert may take after the run.
    private static let patience: Duration = .seconds(15)
}
