import CPrivacy
import Secrets

/// The environment of the process, as a value. An empty variable counts as not set.
struct Environment: Sendable {
    let variables: [String: String]

    subscript(name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    /// What the process was started with; its secrets are known from then on.
    static let ofProcess: Environment = {
        var variables: [String: String] = [:]
        var entry = cprivacy_environment()
        while let text = entry?.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry = entry?.successor()
        }
        let environment = Environment(variables: variables)
        environment.teach()
        return environment
    }()

    /// Variables in which libcurl finds the address of a proxy, which may hold a password.
    private static let proxies = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "HTTP_PROXY"]

    private func teach() {
        KnownSecrets.learn(self[.secretKey], as: "secret")
        KnownSecrets.learn(self[.clientID], as: "client id")
        Ping.learn(self[HostOption[.ping].variable ?? ""])
        for name in Self.proxies + [HostOption[.baseURL].variable ?? ""] { KnownSecrets.learnUser(of: self[name]) }
    }
}

extension KnownSecrets {
    /// Learns the password of an address such as `http://user:password@host`, as it stands there and decoded.
    static func learnUser(of address: String?) {
        guard let address, let at = address.lastIndex(of: "@") else { return }
        let start = address.firstRange(of: "//")?.upperBound ?? address.startIndex
        guard start < at, let colon = address[start..<at].firstIndex(of: ":") else { return }
        let password = String(address[address.index(after: colon)..<at])
        learn(password, as: "password")
        learn(decoded(password), as: "password")
    }

    private static func decoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, let code = UInt8(Substring(digits), radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
