import Finout
import HostLoop
import LuaRuntime
import RowDecoder
import Wording

/// The module `finout`: the client as scripts see it.
@HostLoop
final class FinoutModule {
    let client: FinoutClient
    /// Queries asked with `allow_partial`.
    private(set) var partial: [ScriptQuery] = []

    /// The day that `{ last = "30d" }` counts back from.
    let today: Day
    private let charge: @HostLoop (Int) -> Void

    /// `charge` counts bytes that the host holds for the script, or takes them back.
    init(client: FinoutClient, today: Day, charge: @escaping @HostLoop (Int) -> Void) {
        self.client = client
        self.today = today
        self.charge = charge
    }

    var module: ScriptModule {
        ScriptModule(
            name: "finout", source: PackageResources.finout_lua,
            native: [
                "keys": NativeFunction(call: "finout.keys") { [self] arguments in
                    try keys(try arguments.table(0, "filters"))
                },
                "values": NativeFunction(call: "finout.values") { [self] arguments in try values(arguments) },
                "query": NativeFunction(call: "finout.query") { [self] arguments in
                    try query(try arguments.table(0, "query"))
                },
                "request": NativeFunction(call: "finout.request") { [self] arguments in
                    try request(try arguments.table(0, "request"))
                },
                "limits": NativeFunction(call: "finout.limits") { [self] _ in try limits() },
                "wait": onQuery("query:wait") { handle in
                    try await handle.query.wait()
                    return .nil
                },
                "rows": onQuery("query:rows") { handle in try await self.rows(of: handle) },
                "total_rows": onQuery("query.total_rows") { handle in
                    try await handle.query.wait()
                    return handle.query.totalRows.map { .integer(Int64($0)) } ?? .nil
                },
                "columns": onQuery("query.columns") { handle in
                    .table(LuaTable(array: try await handle.query.plan().outputColumns.map(LuaValue.string)))
                },
                "ids": onQuery("query.ids") { handle in
                    try await handle.query.wait()
                    return .table(LuaTable(array: handle.query.ids.map(LuaValue.string)))
                },
                "request_ids": NativeFunction(call: "query") { arguments in
                    let handle = try arguments.object(0, "query", as: ScriptQuery.self)
                    return .values([.table(LuaTable(array: handle.query.requestIDs.map(LuaValue.string)))])
                },
                "incomplete": onQuery("query.incomplete") { handle in
                    try await handle.query.wait()
                    return handle.readIncomplete()
                },
                "describe": onQuery("query") { handle in .table(try await handle.describe()) },
                "cancel": NativeFunction(call: "query:cancel") { arguments in
                    try arguments.object(0, "query", as: ScriptQuery.self).query.cancel()
                    return .values([])
                },
                "text": NativeFunction(call: "query") { arguments in
                    .values([.string(try arguments.object(0, "query", as: ScriptQuery.self).text)])
                },
            ])
    }

    private func onQuery(
        _ call: String, _ body: @escaping @HostLoop (ScriptQuery) async throws -> LuaValue
    ) -> NativeFunction {
        NativeFunction(call: call) { arguments in
            let handle = try arguments.object(0, "query", as: ScriptQuery.self)
            return .wait { try await scripted { [try await body(handle)] } }
        }
    }

    private func query(_ table: LuaTable) throws -> HostAnswer {
        let specification = try SpecificationReader(today: today).read(table)
        // Said here and not at the first row, so that the error has the line of the query.
        try scripted { try specification.check() }
        let handle = ScriptQuery(client.query(specification), specification)
        if specification.allowPartial { partial.append(handle) }
        return .values([.object(handle)])
    }

    // The first page is waited for here; the row iterator asks for the others as the script gets there.
    private func rows(of handle: ScriptQuery) async throws -> LuaValue {
        let source = ChargedRows(handle.query.rows(), charge)
        _ = try await source.advance()
        return .rows(source.rows.reader) { _ in
            .wait { try await scripted { [.boolean(try await source.advance())] } }
        }
    }

    private func keys(_ filters: LuaTable) throws -> HostAnswer {
        let known = ["costCenter", "type", "match"]
        var wanted: [String: String] = [:]
        for (name, value) in filters.fields {
            guard known.contains(name) else {
                throw LuaFailure(
                    code: "bad_argument",
                    message: "finout.keys: no filter \"\(name)\"; there are \(known.joined(separator: ", "))",
                    hint: NearMatches.hint(for: name, among: known), fields: [:])
            }
            guard case .string(let text) = value else {
                throw LuaFailure(
                    code: "bad_argument", message: "finout.keys: \(name): expected a text, got \(value.shown)",
                    hint: nil,
                    fields: [:])
            }
            wanted[name] = text
        }
        return .wait { [client] in
            try await scripted {
                let keys = try await client.keys().filter { key in
                    (wanted["costCenter"].map { $0.lowercased() == key.costCenter.lowercased() } ?? true)
                        && (wanted["type"].map(key.types.contains) ?? true)
                        && (wanted["match"].map { key.holds($0) } ?? true)
                }
                return [.table(LuaTable(array: keys.map { .table($0.table) }))]
            }
        }
    }

    private func values(_ arguments: LuaArguments) throws -> HostAnswer {
        let reference = try keyReference(arguments)
        return .wait { [client] in
            try await scripted {
                [.table(LuaTable(array: try await client.values(of: reference).map(LuaValue.string)))]
            }
        }
    }

    // (path), (path, type), (costCenter, key), (costCenter, key, type) or ({ costCenter =, key =, type = }).
    private func keyReference(_ arguments: LuaArguments) throws(LuaFailure) -> KeyReference {
        let reader = SpecificationReader(today: today, call: "finout.values", code: "bad_argument")
        let first = try arguments[0]
        guard case .string(let text) = first else { return try reader.key(first, at: FieldPath("key")) }
        let second = try arguments.optionalString(1, "type or key")
        let third = try arguments.optionalString(2, "type")
        if let second, third != nil || !text.contains("/") {
            return KeyReference(costCenter: text, key: second, type: third)
        }
        var reference = try reader.key(first, at: FieldPath("key"))
        reference.type = second
        return reference
    }

    private func limits() throws -> HostAnswer {
        try scripted { .values([.table(LuaTable(array: try client.limits().map { .table($0.table) }))]) }
    }
}

extension LimitStatus {
    /// The limit as a script sees it; seconds, and a UTC time.
    var table: LuaTable {
        var fields: [String: LuaValue] = [
            "name": .string(name), "used": .integer(Int64(used)), "limit": .integer(Int64(limit)),
            "left": .integer(Int64(max(0, limit - used))), "waiting": .integer(Int64(waiting)),
        ]
        fields["window"] = window.map { .integer($0.components.seconds) }
        fields["free_at"] = freeAt.map { .string($0.description) }
        return LuaTable(fields: fields)
    }
}

extension KeyInfo {
    /// Whether the cost center, the key, their path or the name holds the text, in any case.
    func holds(_ text: String) -> Bool {
        let wanted = text.lowercased()
        return ["\(costCenter)/\(key)", displayName].contains { $0.lowercased().contains(wanted) }
    }

    /// The key as a script sees it.
    var table: LuaTable {
        LuaTable(fields: [
            "costCenter": .string(costCenter), "key": .string(key), "displayName": .string(displayName),
            "types": .table(LuaTable(array: types.map(LuaValue.string))),
        ])
    }
}

/// Rows whose pages count as memory of the script, for as long as Lua keeps their iterator.
@HostLoop
private final class ChargedRows {
    let rows: RowSource
    private let charge: @HostLoop (Int) -> Void
    private var charged = 0

    init(_ rows: RowSource, _ charge: @escaping @HostLoop (Int) -> Void) {
        self.rows = rows
        self.charge = charge
    }

    isolated deinit { charge(-charged) }

    func advance() async throws -> Bool {
        let found = try await rows.advance()
        // The page in use and the one on its way.
        let held = 2 * rows.pageBytes
        charge(held - charged)
        charged = held
        return found
    }
}
