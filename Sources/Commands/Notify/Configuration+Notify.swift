import LuaRuntime
import Notify
import Secrets

/// An endpoint as the configuration file has it:
///
///     notify = {
///       team  = { type = "slack", url_file = "/home/me/.slack-finops" },
///       ops   = { type = "email", server = "smtps://mail.example.com", user = "finops", password_file = "…",
///                 from = "FinOps <finops@example.com>", to = { "ops@example.com" } },
///       hook  = { type = "webhook", url = "https://…", secret_file = "…" },
///       pager = { type = "pagerduty", key_file = "…" },
///     }
struct NotifySetting: Sendable {
    let name: String
    let kind: NotifyEndpoint.Kind
    /// Texts by their names.
    let texts: [String: String]
    /// Whom mails are for.
    let to: [String]
}

extension NotifyEndpoint.Kind {
    /// The names that its table may have, besides `type`; those of secrets also with `_file` and `_command`.
    fileprivate var names: (plain: [String], secret: [String]) {
        switch self {
        case .slack, .teams: (["url"], ["url"])
        case .webhook: (["url"], ["url", "secret"])
        case .email: (["server", "user", "from", "to"], ["password"])
        case .pagerduty: (["url"], ["key"])
        }
    }
}

extension Configuration {
    /// Takes the table `notify`. Fails for what it does not know, and for what is missing; no secret is read yet.
    mutating func takeEndpoints(_ table: LuaTable) throws(UsageError) {
        for (name, value) in table.fields.sorted(by: { $0.key < $1.key }) {
            let place = "notify.\(name)"
            guard Self.isEndpointName(name) else {
                throw UsageError("\(path): notify: \"\(name)\" is no name; letters, digits, _, - and . make one")
            }
            guard let entry = try section(value, at: place) else { continue }
            let setting = try endpoint(name, entry, at: place)
            notify.append(setting)
            secretFiles += setting.texts.filter { $0.key.hasSuffix("_file") }.map(\.value)
            KnownSecrets.learn(address: setting.texts["url"], as: "address of \(name)")
        }
        if !table.array.isEmpty {
            throw UsageError("\(path): notify: endpoints have names: notify = { team = { type = \"slack\", … } }")
        }
    }

    private func endpoint(_ name: String, _ entry: LuaTable, at place: String) throws(UsageError) -> NotifySetting {
        let kinds = NotifyEndpoint.Kind.allCases.map(\.rawValue)
        guard let type = try text(entry["type"], at: "\(place).type") else {
            throw UsageError("\(path): \(place).type is missing; there are \(kinds.joined(separator: ", "))")
        }
        guard let kind = NotifyEndpoint.Kind(rawValue: type) else {
            throw UsageError("\(path): \(place): \(UsageError.unknown("type", type, among: kinds))")
        }
        let (plain, secret) = kind.names
        try known(entry, ["type"] + plain + secret.flatMap { ["\($0)_file", "\($0)_command"] }, at: "\(place).")
        var texts: [String: String] = [:]
        for (key, value) in entry.fields where !["type", "to"].contains(key) {
            texts[key] = try text(value, at: "\(place).\(key)")
        }
        for word in secret {
            let given = [word, "\(word)_file", "\(word)_command"].filter { texts[$0] != nil }
            guard given.count < 2 else {
                throw UsageError("\(path): \(place) has \(given.joined(separator: " and ")); give one of them")
            }
            // A webhook without a secret is not signed, a mail server may ask nobody for a password.
            let isNeeded = word == "url" || word == "key"
            guard !given.isEmpty || !isNeeded else {
                throw UsageError("\(path): \(place) has no \(word)_file or \(word)_command")
            }
        }
        if let file = texts.first(where: { $0.key.hasSuffix("_file") && !$0.value.hasPrefix("/") }) {
            throw UsageError("\(path): \(place).\(file.key) is \"\(file.value)\"; it takes an absolute path")
        }
        var to: [String] = []
        if kind == .email {
            for word in ["server", "from"] where texts[word] == nil {
                throw UsageError("\(path): \(place).\(word) is missing")
            }
            if let one = entry["to"].string { to = [one] } else { to = try list(entry["to"], at: "\(place).to") ?? [] }
            if to.isEmpty { throw UsageError("\(path): \(place).to is missing; it takes addresses") }
        }
        return NotifySetting(name: name, kind: kind, texts: texts, to: to)
    }

    private static func isEndpointName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
