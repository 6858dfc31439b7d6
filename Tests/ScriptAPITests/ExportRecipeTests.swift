import LuaRuntime
import RowDecoder
import Testing

/// The recipes that write a database and a workbook: their sums are the account's own.
struct ExportRecipeTests {
    private static let aws: JSONValue = [
        "costCenter": "Global", "key": "cost_center_type", "type": "billing_dimension", "operator": "oneOf",
        "value": ["AWS"],
    ]

    @Test
    func `to-sqlite grows day by day and counts nothing twice`() async throws {
        let folder = try TemporaryFolder()
        for arguments in [["--days", "4", "--lag", "4"], ["--days", "5"]] {
            let outcome = try await runDemo(try recipe("to-sqlite"), arguments: arguments, folder: folder.path)
            #expect(outcome.problem == "")
        }
        let text = try python(
            """
            import sqlite3
            rows = sqlite3.connect('costs.db').execute('select day, cost from costs').fetchall()
            print(len(set(day for day, _ in rows)), sum(round(cost * 1000000) for _, cost in rows))
            """, folder: folder.path)
        let expected = millionths(
            try reference(
                "2026-11-13", "2026-11-18",
                keys: ["AWS|aws_account_name|tag", "AWS|service|billing_dimension"], filters: Self.aws))
        #expect(text == "6 \(expected)\n")
    }

    @Test
    func `finance-workbook has each sum of the bill, and charts`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await runDemo(
            try recipe("finance-workbook"), arguments: ["--month", "2026-10"], folder: folder.path)
        #expect(outcome.problem == "")
        let text = try python(
            """
            import openpyxl
            book = openpyxl.load_workbook('costs-2026-10.xlsx')
            total = lambda cells: sum(round(cell * 1000000) for cell in cells if cell is not None)
            daily = list(book['Daily'].iter_rows(min_row=2, values_only=True))
            print(len(daily), [len(sheet._charts) for sheet in book])
            print(sum(total(row[1:]) for row in daily))
            print(total(row[3] for row in book['Rows'].iter_rows(min_row=2, values_only=True)))
            """, folder: folder.path)
        let expected = millionths(try reference("2026-10-01", "2026-10-31", keys: []))
        #expect(text == "31 [1, 1, 0]\n\(expected)\n\(expected)\n")
    }
}
