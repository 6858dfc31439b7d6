import HostLoop
import Notify
import Secrets

/// Who can be told, as the configuration says.
struct NotifySettings: Sendable {
    /// Those that can be used, and why the others cannot.
    struct Endpoints: Sendable {
        var usable: [NotifyEndpoint] = []
        var broken: [String: String] = [:]
    }

    let settings: [NotifySetting]
    private let path: String

    init(_ configuration: Configuration = Configuration()) {
        settings = configuration.notify
        path = configuration.path
    }

    /// Reads the secrets of every endpoint: whether a script uses it is not known before its first line, and behind the
    /// walls nothing can be read. One that cannot be read is an error of those who use it. A demo run reads none.
    @HostLoop func endpoints(isDemo: Bool = false, only name: String? = nil) -> Endpoints {
        var endpoints = Endpoints()
        guard !isDemo else { return endpoints }
        for setting in settings where name == nil || setting.name == name {
            do {
                endpoints.usable.append(try endpoint(setting))
            } catch {
                endpoints.broken[setting.name] = "\(error)"
            }
        }
        return endpoints
    }

    @HostLoop private func endpoint(_ setting: NotifySetting) throws -> NotifyEndpoint {
        let service: NotifyEndpoint.Service
        switch setting.kind {
        case .slack: service = .slack(url: try address(setting))
        case .teams: service = .teams(url: try address(setting))
        case .webhook: service = .webhook(url: try address(setting), secret: try secret("secret", setting))
        case .pagerduty:
            service = .pagerduty(
                url: setting.texts["url"] ?? Self.pagerDuty, key: try secret("key", setting) ?? "")
        case .email:
            func mailAddress(_ text: String, _ name: String) throws(UsageError) -> MailAddress {
                if let address = MailAddress(text) { return address }
                throw UsageError("\(path): notify.\(setting.name).\(name): \"\(text)\" is no mail address")
            }
            service = .email(
                NotifyEndpoint.Mailbox(
                    server: setting.texts["server"] ?? "", user: setting.texts["user"],
                    password: try secret("password", setting),
                    from: try mailAddress(setting.texts["from"] ?? "", "from"),
                    to: try setting.to.map { try mailAddress($0, "to") }))
        }
        return try NotifyEndpoint(name: setting.name, service)
    }

    /// PagerDuty's own; accounts in Europe have another.
    private static let pagerDuty = "https://events.pagerduty.com/v2/enqueue"

    @HostLoop private func address(_ setting: NotifySetting) throws -> String {
        let url = try setting.texts["url"] ?? secret("url", setting) ?? ""
        KnownSecrets.learn(address: url, as: "address of \(setting.name)")
        return url
    }

    @HostLoop private func secret(_ word: String, _ setting: NotifySetting) throws -> String? {
        let place = "\(path): notify.\(setting.name).\(word)"
        let value: String?
        if let file = setting.texts["\(word)_file"] {
            value = try SecretFile.firstLine(file, setting: "\(place)_file")
        } else if let command = setting.texts["\(word)_command"] {
            value = try SecretCommand.firstLine(command, setting: "\(place)_command")
        } else {
            value = nil
        }
        if word != "url" { KnownSecrets.learn(value, as: "\(word) of \(setting.name)") }
        return value
    }
}

extension KnownSecrets {
    /// Learns what of an address lets somebody send to it: the long parts of its path and its query, or, where there are
    /// none, all behind the host. Its host is no secret, and stands in many another address.
    static func learn(address: String?, as name: String) {
        guard let address, let start = address.firstRange(of: "://")?.upperBound,
            let slash = address[start...].firstIndex(where: { "/?".contains($0) })
        else { return }
        let rest = address[slash...]
        let long = rest.split(whereSeparator: { "/?&=#".contains($0) }).filter { $0.utf8.count >= 16 }
        for part in long { learn(String(part), as: name) }
        if long.isEmpty { learn(String(rest), as: name) }
    }
}
