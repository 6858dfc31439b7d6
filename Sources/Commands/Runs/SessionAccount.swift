import Finout
import HostLoop
import Secrets
import Simulator
import StateStore

/// The account a session asks, and for a demo the service that serves it.
@HostLoop final class SessionAccount {
    let configuration: ClientConfiguration
    /// What stands for the account in the state.
    let hash: String
    /// The account whose values a script keeps: the demo account is the same one at any address.
    let owner: String
    private let demo: SimulatorServer?

    /// Starts the demo if it is asked for. Fails with `bad_argument` if the service's address is refused.
    init(_ settings: Settings, deadline: Moment) throws {
        var configuration: ClientConfiguration
        switch settings.account {
        case .demo:
            var options = DemoOptions(today: HostLoop.now.day)
            options.queryDuration = .milliseconds(100) ... .milliseconds(600)
            let server = try SimulatorServer(options)
            demo = server
            configuration = ClientConfiguration(
                baseURL: server.address, clientID: DemoCredentials.clientID, secretKey: DemoCredentials.secretKey)
            // Its queries take well under a second.
            configuration.poll.first = .milliseconds(200)
            configuration.poll.max = .milliseconds(500)
        case .service(let baseURL, let credentials):
            demo = nil
            configuration = ClientConfiguration(
                baseURL: baseURL, clientID: credentials.clientID, secretKey: credentials.secretKey)
            configuration.credentialHint += " The demo account needs none: --demo."
        }
        configuration.limits = settings.limits
        if let poll = settings.poll { configuration.poll = poll }
        configuration.deadline = deadline
        KnownSecrets.learn(configuration.secretKey, as: "secret")
        KnownSecrets.learn(configuration.clientID, as: "client id")
        configuration.otherSecrets = KnownSecrets.scrubber.secrets
        self.configuration = configuration
        let service = try BaseURL(configuration.baseURL).text
        hash = StateStore.account(clientID: configuration.clientID, service: service)
        owner = demo == nil ? hash : StateStore.account(clientID: configuration.clientID, service: "demo")
    }

    func close() { demo?.stop() }
}
