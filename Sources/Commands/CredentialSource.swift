import HostLoop
import Secrets

/// Finds the pair of credentials: environment before the profile of the configuration file.
struct CredentialSource {
    private let environment: Environment
    private let configuration: Configuration

    init(_ environment: Environment, _ configuration: Configuration) {
        self.environment = environment
        self.configuration = configuration
    }

    /// The pair; empty where nothing gives a part of it, which is an error of the first call of the API and no sooner.
    /// Fails with the setting whose file or command gives no key.
    @HostLoop
    func credentials(needsKey: Bool) throws -> Settings.Credentials {
        let key = needsKey ? try secretKey() : nil
        KnownSecrets.learn(key, as: "secret")
        return Settings.Credentials(
            clientID: environment[.clientID] ?? configuration.profile?.clientID ?? "", secretKey: key ?? "")
    }

    private func secretKey() throws -> String? {
        if let key = environment[.secretKey] { return key }
        if let path = environment[.secretKeyFile] {
            return try SecretFile.firstLine(path, setting: HostVariable.secretKeyFile.rawValue)
        }
        guard let profile = configuration.profile else { return nil }
        if let path = profile.secretKeyFile {
            return try SecretFile.firstLine(path, setting: "\(configuration.path): secret_key_file")
        }
        if let command = profile.secretKeyCommand {
            return try SecretCommand.firstLine(command, setting: "\(configuration.path): secret_key_command")
        }
        return nil
    }
}
