import Glibc
import LuaRuntime
import Testing

/// Rows in an SQLite database as Python's sqlite3 reads them.
struct DatabaseExportTests {
    private static let rows = "import sqlite3; rows = lambda sql: sqlite3.connect('costs.db').execute(sql).fetchall()\n"

    private func export(_ script: String, in folder: TemporaryFolder) async throws {
        let outcome = try await run("local export = require 'finlua.export'\n" + script, folder: folder.path)
        #expect(outcome.problem == "")
    }

    private func failure(_ script: String, in folder: TemporaryFolder) async throws -> String {
        let before = folder.names
        let old = try? python("print(open('costs.db', 'rb').read().hex())", folder: folder.path)
        let outcome = try await run("local export = require 'finlua.export'\n" + script, folder: folder.path)
        #expect(folder.names == before)
        #expect(try old == python("print(open('costs.db', 'rb').read().hex())", folder: folder.path))
        return outcome.error.map { "\($0.failure.code): \($0.failure.message)" } ?? "none"
    }

    @Test
    func `a row replaces the one of its key, also where a part of the key is missing, and all others stay`()
        async throws
    {
        let folder = try TemporaryFolder()
        try await export(
            """
            local options = { table = "costs", key = { "day", "service" }, columns = { "day", "service", { "c", as = "cost" } } }
            export.sqlite("costs.db", { { day = "1", service = "a", c = 1.5 }, { day = "1", c = 2.5 }, { day = "2", c = 3.5 } },
              options)
            export.sqlite("costs.db", { { day = "1", c = 0.1 + 0.2 }, { day = "3", service = "", c = 4.5 } }, options)
            """, in: folder)
        let text = try python(
            Self.rows
                + """
                for row in rows('select * from costs order by 1, 2'): print(row)
                print(rows("select name, type from pragma_table_info('costs')"), rows('pragma integrity_check'))
                """, folder: folder.path)
        #expect(
            text == """
                ('1', None, 0.30000000000000004)
                ('1', 'a', 1.5)
                ('2', None, 3.5)
                ('3', '', 4.5)
                [('day', 'TEXT'), ('service', 'TEXT'), ('cost', 'REAL')] [('ok',)]

                """)
        #expect(folder.names == ["costs.db"])
    }

    @Test
    func `a later run goes on where the last one ended, and without a key a table is written anew`() async throws {
        let folder = try TemporaryFolder()
        for day in 1...3 {
            try await export(
                """
                export.sqlite("costs.db", { { day = "\(day)", cost = \(day).25 }, { day = "\(day + 1)", cost = 9.0 } },
                  { table = "costs", key = "day" })
                export.sqlite("costs.db", { { n = \(day) }, { n = 7 } }, { table = "notes" })
                """, in: folder)
        }
        let text = try python(
            Self.rows + "print(rows('select * from costs order by 1'), rows('select * from notes'))",
            folder: folder.path)
        #expect(text == "[('1', 1.25), ('2', 2.25), ('3', 3.25), ('4', 9.0)] [(3,), (7,)]\n")
    }

    @Test
    func `every number and text reads back as it was written`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await run(
            """
            local numbers = { 0.1 + 0.2, 1e-7, 5e-324, 1.7976931348623157e308, 1 / 3, 123456789.123456789, -1e-300,
              9007199254740993, math.maxinteger, math.mininteger, 2.0 ^ 60 }
            local rows = {}
            for place, value in ipairs(numbers) do
              local is_whole = math.type(value) == "integer"
              rows[place] = { place = place, mixed = value, whole = is_whole and value or nil,
                fraction = not is_whole and value or nil, text = "000" .. place }
              print(is_whole and tostring(value) or (string.pack(">d", value):gsub(".", function(byte)
                return ("%02x"):format(byte:byte()) end)))
            end
            local options = { table = "costs", key = "place" }
            require "finlua.export".sqlite("costs.db", rows, options)
            require "finlua.export".sqlite("costs.db", rows, options) -- again, over what is there
            """, folder: folder.path)
        #expect(outcome.problem == "")
        let text = try python(
            Self.rows
                + """
                import struct
                for place, mixed, whole, fraction, text in rows(
                        'select place, mixed, whole, fraction, text from costs order by place'):
                    assert text == '000%d' % place and mixed == (whole if fraction is None else fraction)
                    assert type(mixed) is (int if fraction is None else float)
                    print(mixed if fraction is None else struct.pack('>d', fraction).hex())
                """, folder: folder.path)
        #expect(text == outcome.output && text.split(separator: "\n").count == 11)
    }

    @Test
    func `a query goes from its pages to the table`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await runDemo(
            """
            local finout, export = require "finout", require "finlua.export"
            local q = finout.query {
              date = { last = "20d", lag = 2 }, dimensions = { service = "AWS/service", team = "Virtual Tags/Team" },
              measurements = { cost = "netAmortizedCost" },
            }
            local key = { "day", "service", "Team" }
            local columns = { "day", "service", { "team", as = "Team" }, "cost" }
            local done = export.sqlite("costs.db", q, { table = "costs", key = key, columns = columns })
            assert(done.rows == q.total_rows and done.rows > 500)
            export.sqlite("costs.db", q, { table = "costs", key = key, columns = columns })
            export.csv("costs.csv", q)
            """, folder: folder.path)
        #expect(outcome.problem == "")
        let text = try python(
            Self.rows
                + """
                import csv
                written = [(day, service or None, team or None, float(cost))
                           for day, service, team, cost in list(csv.reader(open('costs.csv', newline='')))[1:]]
                print(sorted(map(str, written)) == sorted(map(str, rows('select * from costs'))), len(written) > 500)
                print(rows("select name, type from pragma_table_info('costs')"))
                """, folder: folder.path)
        #expect(
            text == """
                True True
                [('day', 'TEXT'), ('service', 'TEXT'), ('Team', 'TEXT'), ('cost', 'REAL')]

                """)
    }

    @Test(arguments: [
        (
            "{ { day = '1', cost = 1 }, { day = '2', cost = 2 }, { day = '1', cost = 3 } }", "key = 'day'",
            "bad_argument: export.sqlite: key: 2 rows are of day 1"
        ),
        (
            "{ { cost = 1 }, { cost = 2 } }", "key = 'day', columns = { 'day', 'cost' }",
            "bad_argument: export.sqlite: no column \"day\"; there are cost"
        ),
        (
            "{ { cost = 1, day = '1', team = 'x' } }", "key = 'day'",
            "output: export.sqlite: costs.db: the table \"costs\" has other columns than the rows: it has no team"
        ),
        (
            "{ { cost = 'much', day = '1' } }", "key = 'day'",
            "output: export.sqlite: costs.db: the column \"cost\" of \"costs\" is REAL, and would not keep the text much as it is"
        ),
        (
            "{ { cost = 1.5, day = 1 } }", "key = 'day'",
            "output: export.sqlite: costs.db: the column \"day\" of \"costs\" is TEXT, and would not keep the integer 1 as it is"
        ),
        (
            "{ { cost = 1.5, day = '1' } }", "key = { 'day', 'cost' }",
            "output: export.sqlite: costs.db: the table \"costs\" has another key: CREATE UNIQUE INDEX \"costs_key\" on \"costs\" (ifnull(\"day\", x''))"
        ),
        (
            "{ { day = '5', cost = 0 / 0 } }", "key = 'day'",
            "bad_argument: export.sqlite: row 1: \"cost\" is NaN or infinite"
        ),
        (
            "{ { day = '5' } }", "key = 'dya'",
            "bad_argument: export.sqlite: key: there is no column \"dya\"; there are day"
        ),
    ])
    func `what would lose a number is refused, and the old database stays`(
        rows: String, options: String, message: String
    )
        async throws
    {
        let folder = try TemporaryFolder()
        try await export(
            "export.sqlite('costs.db', { { day = '1', cost = 0.5 } }, { table = 'costs', key = 'day' })", in: folder)
        let text = try await failure(
            "export.sqlite('costs.db', \(rows), { table = 'costs', \(options) })", in: folder)
        #expect(text == message)
    }

    @Test(arguments: [
        ("open('costs.db', 'w').write('day,cost\\n' * 10)", "costs.db could not be written: it is no SQLite database"),
        (
            "open('costs.db-wal', 'w').write('x')",
            "costs.db could not be written: another program has it open, or was stopped while it wrote (costs.db-wal)"
        ),
        (
            "open('costs.db-journal', 'w').write('x')",
            "costs.db could not be written: another program has it open, or was stopped while it wrote (costs.db-journal)"
        ),
        (
            "import sqlite3; c = sqlite3.connect('costs.db'); c.execute('create table costs(a)'); "
                + "c.execute('create index i on costs(a)'); c.executemany('insert into costs values (?)', [('x' * 99,)] * 999); c.commit(); c.close(); "
                + "f = open('costs.db', 'r+b'); f.seek(4096 * 3); f.write(b'\\xff' * 9999); f.close()",
            "export.sqlite: costs.db: the database is damaged: "
        ),
    ])
    func `what is no whole database is left as it is`(making: String, message: String) async throws {
        let folder = try TemporaryFolder()
        _ = try python("open('costs.db', 'w').close(); " + making, folder: folder.path)
        let text = try await failure(
            "export.sqlite('costs.db', { { day = '1' } }, { table = 'costs', key = 'day' })", in: folder)
        #expect(text.hasPrefix("output: \(message)"), "\(text)")
    }

    @Test
    func `a database with a write-ahead log keeps its mode, and one that is being written is refused`() async throws {
        let folder = try TemporaryFolder()
        _ = try python(
            "import sqlite3; c = sqlite3.connect('costs.db'); c.execute('pragma journal_mode = wal'); "
                + "c.execute('create table other(a)'); c.close()", folder: folder.path)
        try await export(
            "export.sqlite('costs.db', { { day = '1' } }, { table = 'costs', key = 'day' })", in: folder)
        let text = try python(
            Self.rows + "print(rows('pragma journal_mode'), rows('select * from costs'), rows('select * from other'))",
            folder: folder.path)
        #expect(text == "[('wal',)] [('1',)] []\n")
        // Another process writes it, as long as its input is open.
        _ = try python(Self.rows + "rows('pragma journal_mode = delete')", folder: folder.path)
        let writer = try Writer(folder: folder.path)
        let refused = try await run(
            "require 'finlua.export'.sqlite('costs.db', { { day = '1' } }, { table = 'costs', key = 'day' })",
            folder: folder.path)
        #expect(
            refused.error?.failure.message.hasPrefix("costs.db could not be written: another program ") == true,
            "\(refused.problem)")
        writer.end()
    }
}
