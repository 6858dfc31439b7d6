import LuaRuntime
import Testing

struct ArgumentsTests {
    static let script = """
        local args = require "finlua.args" {
          about = "Services whose spend moved most.",
          days = { type = "integer", default = 7, min = 1, max = 60, help = "length of a period" },
          top = { type = "integer", default = 10 },
          since = { type = "date", default = "2026-10-01" },
          csv = { type = "boolean", help = "print CSV" },
          format = { one_of = { "table", "csv" }, default = "table" },
          filter = { type = "list", separator = false },
          ids = { type = "list", of = "integer" },
          ratio = { type = "number", max = 1 },
          team = { env = "TEAM" },
          path = { positional = 1, required = true, help = "the key" },
        }
        print(args.path, args.days, args.top, args.since, args.csv, args.format, args.ratio, args.team)
        print(#args.filter, args.filter[1], #args.ids, args.ids[2])
        """

    static func output(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        try await run(script, name: "top.lua", arguments: arguments, environment: environment)
    }

    @Test
    func `takes defaults, values, repeats and the environment`() async throws {
        let bare = try await Self.output(["AWS/x"])
        #expect(
            bare.output
                == "AWS/x\\t7\\t10\\t2026-10-01\\tfalse\\ttable\\tnil\\tnil\\n0\\tnil\\t0\\tnil\\n".unescaped)
        let given = try await Self.output(
            [
                "--days=12", "a b", "--csv", "--since", "today-3", "--filter", "a=b,c", "--filter=d", "--ids", "1,2",
                "--ids", "3", "--ratio", "-.5", "--format", "csv",
            ], environment: ["TEAM": "pay"])
        #expect(given.output == "a b\\t12\\t10\\t2026-11-17\\ttrue\\tcsv\\t-0.5\\tpay\\n2\\ta=b,c\\t3\\t2\\n".unescaped)
    }

    @Test(arguments: [
        (["x", "--days", "61"], "--days: expected a whole number from 1 to 60, got \"61\""),
        (["x", "--days", "soon"], "--days: expected a whole number from 1 to 60, got \"soon\""),
        (["x", "--days"], "--days needs a value"),
        (["x", "--days", "--csv"], "--days needs a value; \"--csv\" is the next argument"),
        (["x", "--days", "1", "--days", "2"], "--days is given twice"),
        (["x", "--dyas", "3"], "unknown argument --dyas; did you mean --days?"),
        (["x", "--format", "tabel"], "--format: expected one of table, csv, got \"tabel\"; did you mean table?"),
        (["x", "--csv=maybe"], "--csv: expected true or false, got \"maybe\""),
        (
            ["x", "--since", "2026-02-31"],
            "--since: expected a day: YYYY-MM-DD, today, yesterday or today-N, got \"2026-02-31\""
        ),
        (["x", "--ratio", "2"], "--ratio: expected a number 1 or less, got \"2\""),
        (["x", "-d", "3"], "unknown argument -d; arguments are given as --name value"),
        (["x", "y"], "unexpected argument \"y\""),
        ([], "PATH is required: the key"),
    ])
    func `says what is wrong with the command line and ends with 2`(words: [String], message: String) async throws {
        let outcome = try await Self.output(words)
        #expect(outcome.status == 2)
        #expect(outcome.output == "")
        #expect(
            outcome.complaint == "finlua run top.lua: \(message)\nsee finlua run top.lua --help\n")
    }

    @Test
    func `prints help and ends with 0`() async throws {
        let outcome = try await Self.output(["--help"])
        #expect(outcome.status == 0)
        #expect(
            outcome.output == """
                Services whose spend moved most.

                usage: finlua run top.lua [--csv] [--days N] [--filter TEXT] [--format table|csv] [--ids N]
                       [--ratio X] [--since DAY] [--team TEXT] [--top N] PATH

                  PATH                the key (required)
                  --csv               print CSV
                  --days N            length of a period (from 1 to 60; default 7)
                  --filter TEXT       (may be repeated)
                  --format table|csv  (default table)
                  --ids N             (may be repeated)
                  --ratio X           (1 or less)
                  --since DAY         (default 2026-10-01)
                  --team TEXT         (else $TEAM, with --allow-env TEAM)
                  --top N             (default 10)
                  --help              print this text

                """)
    }

    @Test(arguments: [
        ("days = { typ = \"integer\" }", "\"days\" has no property \"typ\"\nhint: did you mean type?"),
        ("days = { type = \"integr\" }", "\"days\" has the unknown type \"integr\"\nhint: did you mean integer?"),
        (
            "days = { type = \"integer\", default = \"x\" }",
            "the default of \"days\" is x; its declaration wants a whole number"
        ),
        ("days = 7", "\"days\" is declared as a number\nhint: write days = { type = \"integer\" }"),
        ("days = { type = \"choice\" }", "\"days\" is a choice and needs one_of = { … }"),
    ])
    func `a wrong declaration is the script's error`(declaration: String, message: String) async throws {
        let outcome = try await run("require 'finlua.args' { \(declaration) }")
        #expect(outcome.problem == "bad_argument: script.lua:1: args: \(message)")
    }

    @Test
    func `reading what was not declared is an error`() async throws {
        let outcome = try await run("local args = require 'finlua.args' { days = { default = '1' } }\nprint(args.dyas)")
        #expect(
            outcome.problem == "bad_argument: script.lua:2: args: \"dyas\" is not declared\nhint: did you mean days?")
    }
}

extension String {
    /// With `\t` and `\n` written out, for lists that read better on one line.
    var unescaped: String {
        split(separator: "\\t", omittingEmptySubsequences: false).joined(separator: "\t")
            .split(separator: "\\n", omittingEmptySubsequences: false).joined(separator: "\n")
    }
}
