import Finout
import HostLoop
import LuaRuntime
import RowDecoder

/// The host's half of a query handle.
@HostLoop
final class ScriptQuery {
    let query: Query
    let specification: QuerySpecification
    /// Whether the script looked at `q.incomplete`, and so knows what is missing.
    private(set) var incompleteWasRead = false

    init(_ query: Query, _ specification: QuerySpecification) {
        self.query = query
        self.specification = specification
    }

    /// Why the answer is not whole, once it is there; marks the query as looked at.
    func readIncomplete() -> LuaValue {
        incompleteWasRead = true
        guard let error = query.incomplete else { return .nil }
        let failure = LuaFailure(error)
        var fields = failure.fields
        fields["code"] = .string(failure.code)
        fields["message"] = .string(failure.message)
        fields["hint"] = failure.hint.map(LuaValue.string)
        return .table(LuaTable(fields: fields))
    }

    /// One line for `print(q)`.
    var text: String {
        let dimensions = specification.dimensions.map { $0.alias ?? $0.key.path }
        let split = dimensions.isEmpty ? "" : " by \(dimensions.joined(separator: ", "))"
        let measured = specification.measurements.map { $0.alias ?? $0.type.rawValue }.joined(separator: ", ")
        let state =
            query.incomplete != nil ? "incomplete" : query.totalRows.map { "\($0) rows" } ?? "not complete yet"
        let dates =
            switch specification.dates {
            case .days(let first, let last): "\(first) to \(last)"
            case .milliseconds(let start, let end):
                "\(Moment(millisecondsSinceEpoch: start)) to \(Moment(millisecondsSinceEpoch: end))"
            }
        return "query: \(measured)\(split), \(dates) by \(specification.interval.rawValue) (\(state))"
    }

    /// The columns a row has and what they mean, for grouping and exports.
    func describe() async throws -> LuaTable {
        let plan = try await query.plan()
        var measurements: [LuaValue] = []
        var dimensions: [LuaValue] = []
        for column in plan.columns {
            let name = column.alias ?? column.name
            switch column.kind {
            case .interval: continue
            case .dimension: dimensions.append(.string(name))
            case .measurement(let shape):
                measurements.append(
                    .table(
                        LuaTable(fields: ["name": .string(name), "aggregation": .string(shape.aggregation.rawValue)])))
            }
        }
        var fields: [String: LuaValue] = [
            "interval": .string(specification.interval.rawValue),
            "columns": .table(LuaTable(array: plan.outputColumns.map(LuaValue.string))),
            "dimensions": .table(LuaTable(array: dimensions)),
            "measurements": .table(LuaTable(array: measurements)),
        ]
        if case .days(let first, let last) = specification.dates {
            fields["from"] = .string(first.description)
            fields["to"] = .string(last.description)
        }
        return LuaTable(fields: fields)
    }
}
