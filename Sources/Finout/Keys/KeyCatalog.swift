import Wording

/// The account's keys, and what a script's names mean among them.
public struct KeyCatalog: Sendable {
    /// Every key, in the API's order.
    public let keys: [KeyInfo]
    private let centers: [String: [KeyInfo]]

    /// A catalogue of `keys`.
    public init(keys: [KeyInfo]) {
        self.keys = keys
        centers = Dictionary(grouping: keys, by: \.costCenter)
    }

    /// The key meant, by its id and with its type. The id decides before the display name.
    /// Fails with `bad_query` that names `field`, and suggests or lists what could be meant.
    public func resolve(_ reference: KeyReference, field: String) throws(FinoutError) -> KeyReference {
        guard let center = centers[reference.costCenter] else {
            throw unknownCenter(reference, field: field)
        }
        var matches = center.filter { $0.key == reference.key }
        if matches.isEmpty { matches = center.filter { $0.displayName == reference.key } }
        let ids = unique(matches.map(\.key))
        guard let id = ids.first else { throw unknownKey(reference, center: center, field: field) }
        guard ids.count == 1 else { throw ambiguous(reference, ids: ids, field: field) }
        let types = unique(matches.flatMap(\.types))
        let type = try type(of: reference, among: types, field: field)
        return KeyReference(costCenter: reference.costCenter, key: id, type: type)
    }

    private func type(of reference: KeyReference, among types: [String], field: String) throws(FinoutError) -> String {
        if let wanted = reference.type {
            if types.contains(wanted) { return wanted }
            throw FinoutError(
                .badQuery, "\(field): the key '\(reference.path)' has no type '\(wanted)'.",
                hint: "Its types are \(NearMatches.list(types)).", apiCode: "BAD_REQUEST", field: "\(field).type")
        }
        guard let only = types.first else {
            throw FinoutError(
                .badResponse, "\(field): the API lists no type for the key '\(reference.path)'.",
                hint: "Name the key's type as Finout shows it.", field: "\(field).type")
        }
        guard types.count == 1 else {
            throw FinoutError(
                .badQuery,
                "\(field): the key '\(reference.path)' has \(types.count) types: \(types.joined(separator: ", ")).",
                hint:
                    "Choose one: { path = \"\(reference.path)\", type = \"\(only)\" } in a script, --type on a command line.",
                apiCode: "BAD_REQUEST", field: "\(field).type")
        }
        return only
    }

    private func unknownCenter(_ reference: KeyReference, field: String) -> FinoutError {
        let paths = keys.flatMap { key in names(of: key).map { "\(key.costCenter)/\($0)" } }
        let nearPaths = NearMatches.best(for: reference.path, among: paths)
        let nearCenters = NearMatches.best(for: reference.costCenter, among: Array(centers.keys))
        var hint = "The account's cost centers are \(centers.keys.sorted().joined(separator: ", "))."
        if !nearCenters.isEmpty { hint = "Did you mean the cost center \(NearMatches.list(nearCenters))?" }
        if !nearPaths.isEmpty { hint = "Did you mean \(NearMatches.list(nearPaths))?" }
        return FinoutError(
            .badQuery,
            "\(field): the account has no cost center '\(reference.costCenter)' (in '\(reference.path)').",
            hint: hint, apiCode: "BAD_REQUEST", field: "\(field).costCenter")
    }

    private func unknownKey(_ reference: KeyReference, center: [KeyInfo], field: String) -> FinoutError {
        var near = NearMatches.best(for: reference.key, among: center.flatMap { names(of: $0) })
            .map { "\(reference.costCenter)/\($0)" }
        if near.isEmpty {
            let elsewhere = keys.filter { $0.key.lowercased() == reference.key.lowercased() }
            near = unique(elsewhere.map { "\($0.costCenter)/\($0.key)" }).prefix(3).map { $0 }
        }
        return FinoutError(
            .badQuery,
            "\(field): the account has no key '\(reference.key)' in the cost center '\(reference.costCenter)'.",
            hint: near.isEmpty
                ? "List the keys with: finlua keys." : "Did you mean \(NearMatches.list(near))?",
            apiCode: "BAD_REQUEST", field: "\(field).key")
    }

    private func ambiguous(_ reference: KeyReference, ids: [String], field: String) -> FinoutError {
        FinoutError(
            .badQuery,
            "\(field): \(ids.count) keys of '\(reference.costCenter)' have the display name '\(reference.key)'.",
            hint: "Name one by its id: \(NearMatches.list(ids.map { "\(reference.costCenter)/\($0)" })).",
            apiCode: "BAD_REQUEST", field: "\(field).key")
    }

    /// The id, and the display name if it is more than the id in other letters.
    private func names(of key: KeyInfo) -> [String] {
        key.key.lowercased() == key.displayName.lowercased() ? [key.key] : [key.key, key.displayName]
    }

    private func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
