import FinOps

/// 2026-10-01.
let october = CostDay(20_727)

/// Rows of a service, a team and a cost on consecutive days from 1 October 2026.
func bill(_ rows: [(service: String?, team: String?, cost: Decimal)], days: Bool = true) throws -> CostRows {
    var result = try CostRows(columns: ["service", "team"])
    for (index, row) in rows.enumerated() {
        try result.append(day: days ? october.advanced(by: index) : nil, [row.service, row.team], amount: row.cost)
    }
    return result
}

/// A service's rows.
func service(_ name: String) -> RowCondition { .leaf(RowComparison("service", .is, [name])) }

/// A team's rows.
func team(_ name: String) -> RowCondition { .leaf(RowComparison("team", .is, [name])) }
