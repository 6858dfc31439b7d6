import LuaRuntime
import Testing

/// Workbooks as openpyxl reads them.
struct WorkbookTests {
    private static let open = "import openpyxl; book = openpyxl.load_workbook('book.xlsx'); sheet = book.active\n"

    private func read(_ script: String, _ source: String, folder: TemporaryFolder) async throws -> String {
        let outcome = try await run(
            "local export, date = require 'finlua.export', require 'finlua.date'\n" + script, folder: folder.path)
        #expect(outcome.problem == "")
        return try python(Self.open + source, folder: folder.path)
    }

    @Test
    func `a sheet has a bold frozen header with a filter, days as dates, and number formats`() async throws {
        let text = try await read(
            """
            export.xlsx("book.xlsx", {
              { day = "2026-10-01", service = "Amazon Elastic Compute Cloud", cost = 1234.5, unit = "USD", seen = true },
              { day = date.parse "2026-10-02", service = "=1+1", cost = -0.001, first = date.parse "2024-02-29" },
            }, { name = "It's", columns = { "day", { "service", as = "Service" }, { "cost", as = "Cost" }, "unit", "seen",
              "first" }, format = { cost = "money" } })
            """,
            """
            print(sheet.title, sheet.freeze_panes, sheet.auto_filter.ref, [cell.font.b for cell in sheet[1]])
            for row in sheet.iter_rows(values_only=True): print(row)
            print([cell.number_format for cell in sheet[2]], sheet['B3'].data_type)
            print([sheet.column_dimensions[letter].width > 28 for letter in 'ABC'])
            """, folder: try TemporaryFolder())
        #expect(
            text == """
                It's A2 A1:F3 [True, True, True, True, True, True]
                ('day', 'Service', 'Cost', 'unit', 'seen', 'first')
                (datetime.datetime(2026, 10, 1, 0, 0), 'Amazon Elastic Compute Cloud', 1234.5, 'USD', True, None)
                (datetime.datetime(2026, 10, 2, 0, 0), '=1+1', -0.001, None, None, datetime.datetime(2024, 2, 29, 0, 0))
                ['yyyy\\\\-mm\\\\-dd', 'General', '#,##0.00', 'General', 'General', 'General'] s
                [False, True, False]

                """)
    }

    @Test
    func `texts come back as they were, or in the form that a workbook has for what XML cannot hold`() async throws {
        let text = try await read(
            #"""
            export.xlsx("book.xlsx", { { a = "<a & 'b' \"c\">" }, { a = " two\n lines\t " }, { a = "東京 é" }, { a = "" },
              { a = "bell \7" }, { a = "_x0041_" }, { a = "a\rb" }, { a = "12" } })
            """#, "for row in sheet.iter_rows(min_row=2, values_only=True): print(ascii(row[0]))",
            folder: try TemporaryFolder())
        #expect(
            text == #"""
                '<a & \'b\' "c">'
                ' two\n lines\t '
                '\u6771\u4eac \xe9'
                ''
                'bell _x0007_'
                '_x005F_x0041_'
                'a_x000D_b'
                '12'

                """#)
    }

    @Test
    func `several tables are several sheets, each with its chart of its own cells`() async throws {
        let text = try await read(
            """
            local daily = { { day = "2026-10-01", web = 1.5, data = 2 }, { day = "2026-10-02", web = 3, data = 4 } }
            local sheets = {}
            for _, kind in ipairs { "line", "column", "stacked", "bar", "area" } do
              sheets[#sheets + 1] = { name = kind .. " '26", rows = daily,
                chart = { type = kind, x = "day", y = { "web", "data" }, title = "Cost & use" } }
            end
            sheets[#sheets + 1] = { name = "pie", rows = { { team = "a", cost = 1 } }, chart = { type = "pie", x = "team", y = "cost" } }
            sheets[#sheets + 1] = { name = "none", rows = {} }
            print(export.xlsx("book.xlsx", { sheets = sheets }).rows)
            """,
            """
            for sheet in book:
                for chart in sheet._charts:
                    print(sheet.title, type(chart).__name__, getattr(chart, 'grouping', None),
                          [(series.cat.numRef or series.cat.strRef).f for series in chart.ser][0],
                          [series.val.numRef.f for series in chart.ser], [series.tx.strRef.f for series in chart.ser][-1])
            print(book.sheetnames, book['none'].dimensions)
            """, folder: try TemporaryFolder())
        var expected = ""
        for (kind, type, grouping) in [
            ("line", "LineChart", "standard"), ("column", "BarChart", "clustered"), ("stacked", "BarChart", "stacked"),
            ("bar", "BarChart", "clustered"), ("area", "AreaChart", "stacked"),
        ] {
            let name = "'\(kind) ''26'"
            expected += "\(kind) '26 \(type) \(grouping) \(name)!$A$2:$A$3 "
            expected += "[\"\(name)!$C$2:$C$3\", \"\(name)!$B$2:$B$3\"] \(name)!$B$1\n"
        }
        expected += "pie PieChart None 'pie'!$A$2:$A$2 [\"'pie'!$B$2:$B$2\"] 'pie'!$B$1\n"
        expected += #"["line '26", "column '26", "stacked '26", "bar '26", "area '26", 'pie', 'none'] A1:A1"# + "\n"
        #expect(text == expected)
    }

    @Test
    func `the same rows give the same bytes`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            """
            local export = require "finlua.export"
            local rows = {}
            for place = 1, 5000 do rows[place] = { a = place, b = "text " .. place % 7, c = place / 7 } end
            local options = { columns = { "a", "b", "c" } }
            export.xlsx("a.xlsx", rows, options)
            export.xlsx("b.xlsx", rows, options)
            """, folder: folder.path)
        #expect(outcome.problem == "")
        let text = try python(
            """
            import openpyxl
            assert open('a.xlsx', 'rb').read() == open('b.xlsx', 'rb').read()
            rows = list(openpyxl.load_workbook('a.xlsx').active.iter_rows(min_row=2, values_only=True))
            print(len(rows), all(row == (n, f'text {n % 7}', n / 7) for n, row in enumerate(rows, 1)))
            """, folder: folder.path)
        #expect(text == "5000 True\n")
    }

    @Test(arguments: [
        ("{ { a = 0 / 0 } }", "nil", "row 1: column a: the number is NaN or infinite"),
        ("{ { a = 1 }, { a = print } }", "nil", "row 2: column a is a function; a text, number or boolean expected"),
        ("{ { a = '\\xff' } }", "nil", "row 1: column a: the text is not UTF-8"),
        ("{ { a = ('x'):rep(32768) } }", "nil", "row 1: column a: the text has 32768 characters; a cell holds 32767"),
        (
            "{ { a = 1 } }", "{ name = 'a/b' }",
            "the name of a sheet: \"a/b\" holds one of [ ] : * ? / \\, or an apostrophe at its edge"
        ),
        ("{ { a = 1 } }", "{ format = { b = 'money' } }", "format: there is no column \"b\"; there are a"),
        (
            "{ { a = 1 } }", "{ chart = { type = 'lin', x = 'a', y = 'a' } }",
            "chart: type: expected one of line, column, stacked, bar, area, pie"
        ),
        ("{ { a = 1 } }", "{ chart = { y = 'cost' } }", "chart: y: there is no column \"cost\"; there are a"),
        (
            "{ sheets = { { name = 'a', rows = {} }, { name = 'A', rows = {} } } }", "nil",
            "the name of a sheet: \"A\" is there twice; case does not tell sheets apart"
        ),
        ("{ sheets = {} }", "nil", "sheets: expected a list of { name = \"Daily\", rows = daily }"),
    ])
    func `what no workbook holds is refused, and no file is left`(rows: String, options: String, message: String)
        async throws
    {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            "require 'finlua.export'.xlsx('book.xlsx', \(rows), \(options))", folder: folder.path)
        #expect(outcome.error?.failure.message == "export.xlsx: " + message)
        #expect(folder.names == [])
    }
}
