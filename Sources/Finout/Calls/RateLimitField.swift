/// The grammar of the combined `ratelimit` field: IETF drafts 7 and 8 of RateLimit header fields for HTTP.
enum RateLimitField {
    /// A policy of `ratelimit-policy`: `"minute";q=50;w=60` (draft 8), `50;w=60` (draft 7).
    struct Policy {
        var name: String?
        var quota: Double?
        var window: Double?
    }

    /// The limits a `ratelimit` field states: one of `limit=50, remaining=0, reset=30` (draft 7), one for each member
    /// of `"minute";r=0;t=17, "day";r=5;t=9000` (draft 8). What is neither gives none.
    static func readings(_ text: String, policies: [Policy]) -> [ServiceLimits.Reading] {
        let items = items(text)
        var whole = ServiceLimits.Reading()
        for parameter in items.joined() {
            switch parameter.key {
            case "limit": whole.limit = parameter.number ?? whole.limit
            case "remaining": whole.remaining = parameter.number ?? whole.remaining
            case "reset": whole.reset = parameter.number ?? whole.reset
            default: continue
            }
        }
        if whole.limit != nil || whole.remaining != nil || whole.reset != nil {
            whole.window = policies.first { $0.quota == whole.limit }?.window
            return [whole]
        }
        return items.compactMap { item in
            var reading = ServiceLimits.Reading()
            for parameter in item {
                switch parameter.key {
                case "r": reading.remaining = parameter.number
                case "t": reading.reset = parameter.number
                default: continue
                }
            }
            guard reading.remaining != nil || reading.reset != nil else { return nil }
            let name = item.first?.bare
            let policy = policies.first { $0.name == name }
            reading.limit = policy?.quota
            reading.window = policy?.window
            return reading
        }
    }

    /// The policies a `ratelimit-policy` field states.
    static func policies(_ text: String) -> [Policy] {
        items(text).map { item in
            var policy = Policy(name: item.first?.bare)
            policy.quota = item.first?.bare.flatMap { number($0) }
            for parameter in item {
                switch parameter.key {
                case "q": policy.quota = parameter.number
                case "w": policy.window = parameter.number
                default: continue
                }
            }
            return policy
        }
    }

    /// A number without sign or exponent, below 10^15; nil for anything else.
    static func number(_ text: some StringProtocol) -> Double? {
        let digits = SettingText.trimmed(text)
        guard !digits.isEmpty, digits.utf8.count <= 20,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
            let number = Double(digits), number < 1e15
        else { return nil }
        return number
    }

    private struct Parameter {
        /// In lower case; empty for a name or a number on its own.
        var key = ""
        var number: Double?
        /// What stands on its own, without quotes.
        var bare: String?
    }

    /// Members between commas, each of parameters between semicolons; neither counts within quotes.
    private static func items(_ text: String) -> [[Parameter]] {
        split(text, at: ",").map { member in
            split(member, at: ";").map { piece in
                let parts = piece.split(separator: "=", maxSplits: 1)
                if parts.count == 2, !piece.contains("\"") {
                    return Parameter(key: SettingText.trimmed(parts[0]).lowercased(), number: number(parts[1]))
                }
                let bare = SettingText.trimmed(piece).filter { $0 != "\"" }
                return Parameter(bare: bare.isEmpty ? nil : bare)
            }
        }
    }

    private static func split(_ text: some StringProtocol, at separator: Character) -> [String] {
        var pieces = [""]
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == separator, !isQuoted {
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(character)
            }
        }
        return pieces
    }
}
