extension Permissions {
    /// Fails with `denied` unless requests may go to the host.
    public func check(host: NetworkHost) throws(Refusal) {
        guard !hosts.contains(host) else { return }
        let known = hosts.isEmpty ? "no host" : hosts.map(\.text).joined(separator: ", ")
        throw Refusal(
            .denied, "\(host.text) is no host that finlua may ask: \(known)",
            hint: "Allow it: --allow-net \(host.short)")
    }

    /// Fails with `denied` unless the script may know the variable.
    public func check(variable name: String) throws(Refusal) {
        guard !variables.contains(name) || own.variables.contains(name) else { return }
        let shown = LexicalPath.shown(name)
        guard Self.isVariableName(name) else {
            throw Refusal(.malformed, "\"\(shown)\" cannot be the name of an environment variable")
        }
        guard !own.variables.contains(name) else {
            throw Refusal(.denied, "the environment variable \(name) belongs to the credentials; no script sees it")
        }
        throw Refusal(
            .denied, "the environment variable \(shown) is not granted to the script",
            hint: "Allow it: --allow-env \(name)")
    }

    /// Whether a variable can have that name: letters, digits and underscores, as POSIX has them.
    public static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.utf8.count <= 255
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
