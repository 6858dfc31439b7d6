import FinOps
import Testing

struct RowConditionTests {
    private func rows() throws -> CostRows {
        var rows = try CostRows(columns: ["service", "team"])
        let texts: [[String?]] = [["AmazonEC2", "web"], ["AmazonS3", "data"], ["AmazonEC2", nil], [nil, "web"]]
        for row in texts { try rows.append(day: nil, row, amount: 1) }
        return rows
    }

    /// The rows that a condition takes.
    private func matching(_ condition: RowCondition?) throws -> [Int] {
        let rows = try rows()
        let result = try Allocation(rules: [AllocationRule("it", where: condition, .target("yes"))]).result(of: rows)
        return (0..<rows.count).filter { result.assignment(ofRow: $0).target == "yes" }
    }

    static let comparisons: [(RowComparison, [Int])] = [
        (RowComparison("service", .oneOf, ["AmazonEC2", "AmazonRDS"]), [0, 2]),
        (RowComparison("service", .is, ["AmazonS3"]), [1]), (RowComparison("service", .is, ["amazons3"]), []),
        (RowComparison("service", .notOneOf, ["AmazonEC2"]), [1, 3]), (RowComparison("team", .notIs, ["web"]), [1, 2]),
        (RowComparison("service", .contains, ["S3", "RDS"]), [1]),
        (RowComparison("service", .contains, [""]), [0, 1, 2]),
        (RowComparison("service", .notContains, ["EC2"]), [1, 3]), (RowComparison("team", .exists), [0, 1, 3]),
        (RowComparison("team", .notExists), [2]),
    ]

    @Test(arguments: comparisons)
    func `Each operator means what the API's does`(comparison: RowComparison, expected: [Int]) throws {
        #expect(try matching(.leaf(comparison)) == expected)
    }

    @Test func `Every operator is tried above`() {
        #expect(Set(Self.comparisons.map(\.0.operator)) == Set(RowOperator.allCases))
    }

    @Test func `Groups nest`() throws {
        let web = RowCondition.leaf(RowComparison("team", .is, ["web"]))
        let ec2 = RowCondition.leaf(RowComparison("service", .is, ["AmazonEC2"]))
        #expect(try matching(.all([web, ec2])) == [0])
        #expect(try matching(.any([web, ec2])) == [0, 2, 3])
        #expect(try matching(.all([.any([web, ec2]), .leaf(RowComparison("team", .notExists))])) == [2])
        #expect(try matching(nil) == [0, 1, 2, 3])
    }

    @Test func `What cannot be meant is an error`() throws {
        let unknown = expectError(.invalid) { try matching(.leaf(RowComparison("tema", .exists))) }
        #expect(unknown?.message == "The rule 'it': The rows have no column 'tema': did you mean team?")
        expectError(.invalid) { try matching(.all([])) }
        expectError(.invalid) { try matching(.leaf(RowComparison("team", .is))) }
        expectError(.invalid) { try matching(.leaf(RowComparison("team", .exists, ["x"]))) }
        expectError(.invalid) { try CostRows(columns: ["a", "b", "a"]) }
    }

    @Test func `Rows of other units, days or widths are an error`() throws {
        var rows = try CostRows(columns: ["a"])
        try rows.append(day: CostDay(1), ["x"], amount: 1, unit: "USD")
        let units = expectError(.invalid) { try rows.append(day: CostDay(1), ["x"], amount: 1, unit: "EUR") }
        #expect(units?.message.contains("in EUR, the rows before it in USD") == true)
        expectError(.invalid) { try rows.append(day: CostDay(1), ["x"], amount: 1) }
        expectError(.invalid) { try rows.append(day: nil, ["x"], amount: 1, unit: "USD") }
        expectError(.invalid) { try rows.append(day: CostDay(1), ["x", "y"], amount: 1, unit: "USD") }
        #expect(rows.count == 1)
    }
}
