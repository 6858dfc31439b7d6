import Finout
import HostLoop
import LuaRuntime
import RowDecoder

extension FinoutModule {
    /// `finout.request`: any route, with the client's credentials, limits and retries. Gives the body and the status.
    func request(_ table: LuaTable) throws -> HostAnswer {
        let reader = SpecificationReader(today: today, call: "finout.request", code: "bad_argument")
        let root = FieldPath("")
        try reader.checkNames(table, known: ["method", "path", "query", "body"], at: root)
        let method = try reader.text(table, "method", at: root) ?? "GET"
        guard let path = try reader.text(table, "path", at: root), path.hasPrefix("/") else {
            throw reader.bad(root["path"], "expected a route, such as \"/v1/view\", got \(table["path"].shown)")
        }
        let query = try parameters(table["query"], reader, at: root["query"])
        let body: JSONValue? =
            switch table["body"] {
            case .string(let text): try JSONValue(parsing: text)
            default: nil
            }
        return .wait { [client] in
            try await scripted {
                let (status, answer) = try await client.request(
                    method: method.uppercased(), path: path, query: query, body: body)
                return [.json(answer), .integer(Int64(status))]
            }
        }
    }

    private func parameters(
        _ value: LuaValue, _ reader: SpecificationReader, at path: FieldPath
    ) throws(LuaFailure) -> [(name: String, value: String)] {
        guard !value.isNil else { return [] }
        guard case .table(let table) = value, table.array.isEmpty else {
            throw reader.wrong(value, at: path, expected: "a table of names and values")
        }
        var list: [(name: String, value: String)] = []
        for (name, item) in table.fields.sorted(by: { $0.key < $1.key }) {
            switch item {
            case .string(let text): list.append((name, text))
            case .integer(let integer): list.append((name, String(integer)))
            case .number(let number): list.append((name, NumberText.shortest(number)))
            case .boolean(let flag): list.append((name, flag ? "true" : "false"))
            default: throw reader.wrong(item, at: path[name], expected: "a text, a number, true or false")
            }
        }
        return list
    }
}
