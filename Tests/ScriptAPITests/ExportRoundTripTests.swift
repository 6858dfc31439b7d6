import Testing

/// What other programs read of an export is what was written.
struct ExportRoundTripTests {
    /// Numbers that a writer loses most easily, and what they are: eight bytes for a double, digits for a whole number.
    private static let numbers = """
        local numbers = {
          0.1 + 0.2, 1e-7, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -0.0, 1 / 3, 2 / 3, 100.0, 1e21, 1e22,
          123456789.123456789, 0.1, -1e-300, 4503599627370497.5, 2 ^ 53, 9007199254740993, math.maxinteger,
          math.mininteger, 0, -7,
        }
        local function exact(value)
          if math.type(value) == "integer" then return tostring(value) end
          return (string.pack(">d", value):gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
        end
        local rows = {}
        for place, value in ipairs(numbers) do
          rows[place] = { kind = math.type(value), value = value, text = "n" .. place }
          print(rows[place].kind, exact(value))
        end
        """

    /// Prints the same of what it reads: rows of kind, value as the reader gives it, text.
    private static let reader = """

        import struct
        for kind, value, text in rows:
            number = int(value) if kind == "integer" else float(value)
            print(kind, number if kind == "integer" else struct.pack(">d", number).hex(), sep="\\t")
        """

    /// Left to itself Python takes -0 for a whole number, which has no sign.
    private static let json = "import json; number = lambda text: -0.0 if text == '-0' else int(text)"

    @Test(arguments: [
        ("csv", "import csv; rows = list(csv.reader(open('out', newline='')))[1:]"),
        ("ndjson", json + "; rows = [list(json.loads(line, parse_int=number).values()) for line in open('out')]"),
        ("json", json + "; rows = [list(row.values()) for row in json.load(open('out'), parse_int=number)]"),
        (
            "xlsx",
            """
            import openpyxl
            sheet = openpyxl.load_workbook(open('out', 'rb')).active
            rows = list(sheet.iter_rows(min_row=2, values_only=True))
            # A workbook's number is a double: what none is equal to stands there as text, with every digit.
            for kind, value, _ in rows: assert isinstance(value, str) == (float(int(value)) != int(value)) \\
                if kind == 'integer' else not isinstance(value, str)
            """
        ),
    ])
    func `every number reads back to the last bit`(format: String, reading: String) async throws {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            Self.numbers
                + "\nrequire 'finlua.export'.\(format)('out', rows, { columns = { 'kind', 'value', 'text' } })",
            folder: folder.path)
        #expect(outcome.problem == "")
        #expect(outcome.output.split(separator: "\n").count == 21)
        #expect(try python(reading + Self.reader, folder: folder.path) == outcome.output)
    }

    @Test(arguments: ["\\r\\n", "\\n"])
    func `texts that CSV has to quote read back by Python and by finlua`(lineEnd: String) async throws {
        let folder = try TemporaryFolder()
        let texts = #"""
            local texts = { "plain", "1,2", "", 'ha "ha" ha', "two\nlines", 'a "quoted"\nline, and more', "two\r\nlines",
              "ʤ 東京 é", " space ", "'", '"', ",", "\n", "=1+1", "-5", "@x" }
            local rows = {}
            for place, text in ipairs(texts) do rows[place] = { ["a,b"] = text, c = texts[#texts + 1 - place] } end
            rows[#rows + 1] = { ["a,b"] = "x" } -- c is absent

            """#
        let written = try await run(
            texts
                + "require 'finlua.export'.csv('out', rows, { columns = { 'a,b', 'c' }, line_end = \"\(lineEnd)\" })",
            folder: folder.path)
        #expect(written.problem == "")
        let outcome = try await run(
            texts + #"""
                local csv, json = require "finlua.csv", require "finlua.json"
                local place = 0
                for row in csv.read("out") do
                  place = place + 1
                  assert(row["a,b"] == rows[place]["a,b"] and row.c == rows[place].c, place)
                  print(json.encode(row["a,b"]) .. " " .. json.encode(row.c or ""))
                end
                assert(place == #rows)
                """#, folder: folder.path, readsFolder: true)
        #expect(outcome.problem == "")
        let read = try python(
            """
            import csv, json
            for a, c in list(csv.reader(open('out', newline=''), strict=True))[1:]:
                print(json.dumps(a, ensure_ascii=False), json.dumps(c, ensure_ascii=False))
            """, folder: folder.path)
        #expect(read == outcome.output)
        #expect(read.split(separator: "\n").count == 17)
    }

    @Test
    func `CSV tells nothing from an empty text, guards texts alone, and names its columns without rows`() async throws {
        let outcome = try await run(
            """
            local export = require "finlua.export"
            local rows = { { a = "", b = "=1+1", c = -5 }, { b = "@x", c = 1 }, { a = "+", b = "-", c = 0.5 } }
            export.csv("-", rows, { columns = { { "a", as = "=a" }, "b", "c" }, guard = true, line_end = "\\n" })
            export.csv("-", {}, { columns = { "a", { "b", as = "B" } } })
            """)
        #expect(outcome.problem == "")
        #expect(outcome.output == "'=a,b,c\n\"\",'=1+1,-5\n,'@x,1\n'+,'-,0.5\na,B\r\n")
    }

    @Test(arguments: ["csv", "ndjson"])
    func `a query goes to a file as its rows do, renamed columns too`(format: String) async throws {
        let folder = try TemporaryFolder()
        let outcome = try await runDemo(
            """
            local finout, export = require "finout", require "finlua.export"
            local q = finout.query {
              date = { last = "3d", lag = 2 }, dimensions = { service = "AWS/service" },
              measurements = { cost = "netAmortizedCost", hours = { type = "usageAmount", operator = "max" } },
            }
            local options = { columns = { { "cost", as = 'Cost, "USD"' }, "day", { "service", as = "Service" },
              "hours_unit" }, \(format == "csv" ? "guard = true, line_end = '\\n'" : "") }
            print(export.\(format)("streamed", q, options).rows == q.total_rows and q.total_rows > 20)
            export.\(format)("rows", q:collect(), options)
            """, folder: folder.path)
        #expect(outcome.problem == "")
        #expect(outcome.output == "true\n")
        let streamed = try contents(of: "\(folder.path)/streamed")
        #expect(streamed == (try contents(of: "\(folder.path)/rows")))
        let first = try #require(streamed.split(separator: "\n").first)
        #expect(
            format == "csv"
                ? first == "\"Cost, \"\"USD\"\"\",day,Service,hours_unit"
                : first.hasPrefix("{\"Cost, \\\"USD\\\"\":") && first.contains("\"Service\":"))
    }
}
