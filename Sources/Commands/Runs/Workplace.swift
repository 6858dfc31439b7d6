import Confinement
import Finout
import HostLoop
import ScriptAPI
import StateStore

/// What the runs of one process share: the walls around them, the account, the state, the connections and the deadline.
@HostLoop final class Workplace {
    let account: SessionAccount
    let state: StateStore
    let http: HTTPClient
    /// Where scripts may tell somebody of something.
    let endpoints: NotifySettings.Endpoints
    let deadline: Moment
    /// Whether the walls stand.
    private(set) var isClosed = false
    private var enclosure: Enclosure

    /// Puts up the first walls, starts the demo if it is asked for, opens the state. `label` says there what the process
    /// does; it is asked for once the secrets are known. Fails for a folder or a state that cannot be opened, and for an
    /// address that is refused.
    init(
        _ scripts: [Script], _ settings: Settings, _ console: Console, deadline: Moment, label: () -> String
    ) throws {
        self.deadline = deadline
        // Their files and commands are out of reach behind the walls.
        endpoints =
            scripts.allSatisfy(\.isHost)
            ? NotifySettings.Endpoints() : settings.notify.endpoints(isDemo: settings.isDemo)
        var enclosure = try Enclosure(scripts, settings)
        enclosure.admit(endpoints.usable)
        let account = try SessionAccount(settings, deadline: deadline)
        do {
            state = try settings.state.open(label: label(), replacing: settings.replacesState) {
                console.say($0, level: .warn)
            }
            try enclosure.admit(service: account.configuration.baseURL)
        } catch {
            account.close()
            throw error
        }
        (self.account, self.enclosure) = (account, enclosure)
        http = HTTPClient(enclosure.http)
    }

    /// The folders of the script in this place.
    func folders(_ place: Int) -> GrantedFolders { enclosure.folders[place] }

    /// Puts up the other walls, right before the first line of the first script; says which stand.
    func close(_ environment: Environment) -> Walls {
        if !isClosed { enclosure.close(environment) }
        isClosed = true
        return enclosure.walls
    }

    /// Ends the demo, if there is one.
    func leave() { account.close() }
}
