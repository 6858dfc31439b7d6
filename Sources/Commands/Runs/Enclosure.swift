import Confinement
import HostLoop
import Notify
import StateStore

/// What scripts may reach, and the walls around them: those of the file system first, the rest once all is set up.
@HostLoop struct Enclosure {
    /// Each script's folders, opened: it finds no module beside another.
    let folders: [GrantedFolders]
    private(set) var permissions: Permissions
    private var wall = SecondWall()
    /// Ports of those who can be told: the process connects to them, but no request of the script goes there.
    private var otherPorts: Set<UInt16> = []

    /// Encloses the files. Before the demo account begins, whose threads would be left outside.
    /// Fails for a folder that cannot be opened, and where the state's cannot be made.
    init(_ scripts: [Script], _ settings: Settings) throws {
        permissions = settings.permissions.permissions(of: scripts)
        folders = try scripts.map { try GrantedFolders(settings.permissions.permissions(of: [$0])) }
        wall.encloseFiles(
            try GrantedFolders(permissions),
            state: try settings.state.folders() + [settings.cron.metrics?.folder].compactMap(\.self))
        if let ping = settings.cron.ping { otherPorts.insert(ping.port) }
    }

    /// Which walls stand.
    var walls: Walls { wall.walls }

    /// Lets requests go to the service.
    mutating func admit(service address: String) throws(UsageError) {
        do throws(HTTPError) {
            let endpoint = try Endpoint(url: address)
            permissions.grant(host: NetworkHost(name: endpoint.host, port: UInt16(endpoint.port) ?? 0))
        } catch {
            throw UsageError("the service's address (--base-url, FINOUT_BASE_URL) is refused: \(error)")
        }
    }

    /// Lets messages go to those who can be told.
    mutating func admit(_ endpoints: [NotifyEndpoint]) { otherPorts.formUnion(endpoints.map(\.port)) }

    /// How requests are sent: to granted hosts alone.
    var http: HTTPConfiguration {
        var http = HTTPConfiguration()
        http.refusal = { [permissions] name, port in
            do throws(Refusal) {
                try permissions.check(host: NetworkHost(name: name, port: port))
                return nil
            } catch {
                return error.message + (error.hint.map { ". \($0)" } ?? "")
            }
        }
        return http
    }

    /// Puts up the rest, right before the script's first line.
    mutating func close(_ environment: Environment) { wall.encloseCalls(ports: ports(environment)) }

    /// The granted hosts', and that of names where an answer is too long for a datagram; nil, any, where a proxy stands
    /// between them and this machine.
    private func ports(_ environment: Environment) -> Set<UInt16>? {
        // What libcurl reads.
        let proxies = ["https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"]
        guard proxies.allSatisfy({ environment[$0] == nil }) else { return nil }
        return Set(permissions.hosts.map(\.port) + [53]).union(otherPorts)
    }
}
