import HostLoop
import Notify
import ScriptAPI
import StateStore

/// Whom a session tells, and what it says of that.
extension Session {
    /// The notifier of a run.
    func notifier(
        _ endpoints: NotifySettings.Endpoints, _ script: Script, _ identity: RunIdentity, _ run: OpenRun,
        _ account: SessionAccount, _ state: StateStore
    ) -> Notifier {
        let name = script.name.split(separator: "/").last.map(String.init) ?? script.name
        let notifier = Notifier(
            endpoints.usable, broken: endpoints.broken,
            told: ToldNotices(state, script: identity.script, account: account.owner), run: run.id,
            scope: "\(account.owner)\n\(identity.script)", source: "finlua · \(name)", deadline: deadline,
            silence: settings.isDemo ? "in a demo run" : isReplay(run) ? "in a run about an earlier day" : nil)
        notifier.observer = { [console, notes] event in
            switch event {
            case .sent(let endpoint, .sent(let messages)):
                notes.told(endpoint, messages: messages)
                console.log(LogLine(level: .debug, message: "\(endpoint) was told", time: HostLoop.now))
            case .sent(let endpoint, let outcome):
                guard outcome == .told else { break }
                console.log(
                    LogLine(level: .info, message: "\(endpoint) was told of it before", time: HostLoop.now))
            case .retrying(let endpoint, let attempt, let reason, let wait):
                console.log(
                    LogLine(
                        level: .info, message: "\(endpoint) is told again",
                        fields: [
                            ("attempt", .literal("\(attempt)")), ("reason", .text(reason)),
                            ("wait", .text("\(wait)")),
                        ], time: HostLoop.now))
            case .failed(let error): console.say("\(error)")
            case .shown(let text):
                console.line(text: text, json: LogLine(level: .info, message: text, time: HostLoop.now))
            }
        }
        return notifier
    }
}
