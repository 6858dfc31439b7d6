import CSQLite
import Foundation
import Glibc
import Receiver
import RowDecoder
import Simulator
import Testing

/// Telling people, by the built program.
@Suite struct NotifyTests {
    private static let token = "T0123456789abcdefToken"

    /// A program with a configuration that names receivers as endpoints, and a script.
    private func withProgram(
        _ script: String, endpoints: String, _ body: (Program, String) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            try write("return { notify = { \(endpoints) } }", to: folder + "/config.lua", mode: 0o600)
            try write(script, to: folder + "/script.lua")
            let program = Program(
                environment: [
                    "FINLUA_CONFIG": folder + "/config.lua", "FINOUT_BASE_URL": "http://127.0.0.1:1",
                    "FINOUT_CLIENT_ID": "an-account-id", "FINOUT_SECRET_KEY": "a-secret-key",
                ], folder: folder)
            try await body(program, folder)
        }
    }

    private func slack(_ receiver: Receiver) -> String {
        "team = { type = \"slack\", url = \"\(receiver.address)/services/\(Self.token)\" }"
    }

    private static let alert = """
        local notify, store = require "finlua.notify", require "finlua.store"
        local count = store.get("runs", 0)
        store.set("runs", count + 1)
        notify.send("team", { title = "Costs", findings = {
          { series = "S3", day = "2026-11-18", severity = "major", actual = 1234.5, expected = 1000, impact = 234.5 } } })
        print(count)
        """

    @Test func `A repeated run does not repeat an alert, and the record tells of the first`() async throws {
        let receiver = Receiver()
        try await withProgram(Self.alert, endpoints: slack(receiver)) { program, folder in
            for run in 0..<3 {
                let outcome = try await program.run("run", "script.lua")
                #expect(outcome.status == 0 && outcome.output == "\(run)\n" && outcome.error == "", "\(outcome.error)")
                let record = try JSONValue(parsing: try await program.run("runs", "last", "--json").output)
                #expect(record["notices"] == (run == 0 ? [["endpoint": "team", "messages": 1]] : []))
            }
            #expect(receiver.requests.map(\.path) == ["/services/\(Self.token)"])
            #expect(receiver.requests.first?.text.contains("S3: 1,234.50, expected 1,000.00 (+234.50)") == true)
            // A copy of the script is another one, and knows nothing of the first.
            try FileManager.default.copyItem(atPath: folder + "/script.lua", toPath: folder + "/other.lua")
            #expect(try await program.run("run", "other.lua").status == 0 && receiver.requests.count == 2)
        }
    }

    @Test func `Somebody who cannot be told ends the run with the status of the cause, and the next one tells it`()
        async throws
    {
        for (answer, status, word) in [
            (Receiver.Answer(404, "no_service"), Int32(5), "no_service"),
            (.init(400, "invalid_blocks"), 1, "invalid_blocks"),
            (.init(429, "", fields: ["Retry-After": "100000"]), 7, "takes no message before"),
            (.init(500, ""), 6, "status 500"),
        ] {
            let receiver = Receiver { number, _ in
                status == 6 ? (number < 4 ? answer : .init()) : number == 1 ? answer : .init()
            }
            try await withProgram(Self.alert, endpoints: slack(receiver)) { program, _ in
                let timeout = status == 6 ? "1s" : "30s"
                let first = try await program.run("run", "--timeout", timeout, "script.lua")
                #expect(first.status == status && first.error.contains(word), "\(first.status) \(first.error)")
                #expect(first.error.contains("team (slack)") && first.error.contains("hint: "))
                let second = try await program.run("run", "script.lua")
                #expect(second.status == 0 && second.output == "0\n", "what the first set is not kept: \(second.error)")
                #expect(receiver.requests.last?.text.contains("S3") == true)
            }
        }
    }

    @Test func `A run that fails, or has nothing to tell, tells nobody`() async throws {
        let receiver = Receiver()
        for (script, status) in [
            (Self.alert + "\nerror('no luck', 0)", Int32(1)),
            (#"assert(require("finlua.notify").send("team", { title = "t", findings = {} }) == false)"#, 0),
            (
                #"assert(require("finlua.notify").send("team", { findings = { { series = "a", alert = false } } }) == false)"#,
                0
            ),
        ] {
            try await withProgram(script, endpoints: slack(receiver)) { program, _ in
                let outcome = try await program.run("run", "script.lua")
                #expect(outcome.status == status, "\(outcome.error)")
            }
        }
        #expect(receiver.requests.isEmpty)
    }

    @Test func `A run killed behind an accepted alert does not repeat it, and tells the others under the same name`()
        async throws
    {
        let (first, second) = (Receiver(), Receiver { number, _ in .init(isMute: number == 1) })
        let script = """
            local notify = require "finlua.notify"
            for _, name in ipairs { "team", "hook" } do notify.send(name, { title = "Budget", key = "budget" }) end
            """
        let hook = "hook = { type = \"webhook\", url = \"\(second.address)/\" }"
        try await withProgram(script, endpoints: "\(slack(first)), \(hook)") { program, _ in
            let running = try program.start(["run", "script.lua"])
            while try told(program.state) == 0 || second.requests.isEmpty, !running.hasEnded {
                try await Task.sleep(for: .milliseconds(5))
            }
            running.signal(SIGKILL)
            #expect(await running.outcome().status == -1)
            for _ in 0..<2 { #expect(try await program.run("run", "script.lua").status == 0) }
        }
        #expect(first.requests.count == 1 && second.requests.count == 2)
        #expect(second.requests[0].fields["Idempotency-Key"] == second.requests[1].fields["Idempotency-Key"])
    }

    private func told(_ state: String) throws -> Int {
        var handle: OpaquePointer?
        defer { sqlite3_close(handle) }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_open_v2(state, &handle, SQLITE_OPEN_READONLY, nil) == SQLITE_OK,
            sqlite3_prepare_v2(handle, "SELECT count(*) FROM notices", -1, &statement, nil) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW
        else { return 0 }
        return Int(sqlite3_column_int64(statement, 0))
    }

    @Test func `No secret of an endpoint is shown, recorded or known to a script, whatever goes wrong`() async throws {
        let receiver = Receiver { _, request in .init(400, "cannot use \(request.path)") }
        let pager = "pager-key-0123456789abcdef"
        let secrets = [Self.token, pager, "hmac-secret-of-hook", "password-of-mail"]
        try await withFolder { secretFolder in
            let key = try write(pager + "\n", to: secretFolder + "/key", mode: 0o600)
            let url = try write("\(receiver.address)/services/\(Self.token)\n", to: secretFolder + "/url", mode: 0o600)
            let open = try write("\(receiver.address)/open\n", to: secretFolder + "/open", mode: 0o644)
            let endpoints = """
                team = { type = "slack", url_file = "\(url)" }, pager = { type = "pagerduty", key_file = "\(key)",
                  url = "\(receiver.address)/enqueue" },
                hook = { type = "webhook", url = "\(receiver.address)/hook", secret_command = "echo hmac-secret-of-hook" },
                mail = { type = "email", server = "smtp://127.0.0.1:1", user = "me", from = "a@b.example",
                  to = "c@d.example", password_command = "echo password-of-mail" },
                open = { type = "teams", url_file = "\(open)" },
                """
            let script = """
                local notify = require "finlua.notify"
                local words = { \(secrets.map { "\"\($0)\"" }.joined(separator: ", ")) }
                for _, word in ipairs(words) do require "finlua.log".info("it is " .. word) end
                local ok, problem = pcall(notify.send, "open", "x")
                print(ok, problem.code, problem.message:find("may be read by others", 1, true) ~= nil)
                print(pcall(require "finlua.csv".read, "\(key)"))
                notify.send(require "finlua.args" { name = { default = "team" } }.name, "hello")
                """
            try await withProgram(script, endpoints: endpoints) { program, folder in
                for name in ["team", "pager", "hook", "mail"] {
                    let outcome = try await program.run(
                        "run", "--log", "debug", "--timeout", "1s", "script.lua", "--name", name)
                    #expect(outcome.status == (name == "mail" ? 6 : 1), "\(name): \(outcome.error)")
                    #expect(outcome.output.hasPrefix("false\tbad_argument\ttrue\nfalse\t"), "\(outcome.output)")
                    let trace = SecretTrace(secrets)
                    #expect(trace.found(in: Array(outcome.error.utf8)).isEmpty, "\(outcome.error)")
                    #expect(outcome.error.contains("[password of mail]"), "\(outcome.error)")
                }
                let state = String(program.state.dropLast("/finlua/state.db".count))
                #expect(SecretTrace(secrets).found(below: state).traces.isEmpty)
                let posted = receiver.requests.filter { $0.path == "/enqueue" }.map(\.text)
                #expect(posted.count == 1 && posted[0].contains(pager), "the service itself gets its key")
            }
        }
    }

    @Test func `In a demo run nothing leaves the machine, and stderr shows what would be sent`() async throws {
        let receiver = Receiver()
        let script = """
            local notify = require "finlua.notify"
            notify.send("team", { title = "Costs", text = "one\\ntwo", fields = { Budget = 4000.5 } })
            notify.send("nobody", { rows = { { day = "2026-11-18", cost = 2.5 } } })
            """
        try await withProgram(script, endpoints: slack(receiver)) { program, _ in
            let outcome = try await program.run("run", "--demo", "script.lua")
            #expect(outcome.status == 0 && outcome.output == "", "\(outcome.error)")
            #expect(
                outcome.error == """
                    finlua: to team, not sent in a demo run:
                      Costs
                      one
                      two

                      Budget: 4,000.50

                      finlua · script.lua
                    finlua: to nobody, not sent in a demo run:
                      finlua · script.lua
                      day         cost
                      ----------  ----
                      2026-11-18  2.50

                      finlua · script.lua

                    """)
        }
        #expect(receiver.requests.isEmpty)
    }

    @Test func `An endpoint is tried by hand`() async throws {
        let receiver = Receiver { number, _ in number == 1 ? .init() : .init(404, "no_service") }
        try await withProgram("", endpoints: slack(receiver)) { program, _ in
            #expect(try await program.run("notify").output == "name  type\nteam  slack\n")
            let good = try await program.run("notify", "test", "team", "--text", "Does it work?")
            #expect(good.status == 0 && good.output == "team has accepted the message\n", "\(good.error)")
            #expect(receiver.requests.first?.text.contains("Does it work?") == true)
            let bad = try await program.run("notify", "test", "team")
            #expect(bad.status == 5 && bad.error.contains("no_service"), "\(bad.error)")
            let unknown = try await program.run("notify", "test", "tem")
            #expect(unknown.status == 2 && unknown.error.contains("did you mean team?"), "\(unknown.error)")
        }
    }

    @Test(arguments: [
        (#"team = { type = "slak", url = "https://x.example" }"#, "did you mean slack"),
        (#"team = { type = "slack" }"#, "notify.team has no url_file or url_command"),
        (
            #"team = { type = "slack", url = "https://x.example", url_file = "/x" }"#,
            "url and url_file; give one of them"
        ),
        (#"team = { type = "slack", urlfile = "/x" }"#, "unknown setting notify.team.urlfile"),
        (#"team = { type = "slack", url_file = "x" }"#, "takes an absolute path"),
        (
            #"team = { type = "email", server = "smtps://x.example", to = "a@b.example" }"#,
            "notify.team.from is missing"
        ),
        (
            #"team = { type = "email", server = "smtps://x.example", from = "a@b.example" }"#,
            "notify.team.to is missing"
        ),
        (#"["a b"] = { type = "slack", url = "https://x.example" }"#, "\"a b\" is no name"),
        (#"{ type = "slack", url = "https://x.example" }"#, "endpoints have names"), ("team = 3", "must be a table"),
    ])
    func `A configuration that cannot be is named, before anything runs`(endpoints: String, message: String)
        async throws
    {
        try await withProgram("print(1)", endpoints: endpoints) { program, _ in
            let outcome = try await program.run("run", "script.lua")
            #expect(outcome.status == 2 && outcome.output == "" && outcome.error.contains(message), "\(outcome.error)")
        }
    }

    @Test(arguments: [
        (#"team = { type = "slack", url = "http://hooks.example.com/services/x" }"#, "plain http is for loopback only"),
        (#"team = { type = "slack", url = "ftp://hooks.example.com/x" }"#, "use https://"),
        (
            #"team = { type = "email", server = "https://x", from = "a@b.example", to = "a@b.example" }"#,
            "no mail server"
        ),
        (
            #"team = { type = "email", server = "smtps://x", from = "a@b\r\nX: y", to = "a@b.example" }"#,
            "is no mail address"
        ),
        (#"team = { type = "slack", url_command = "exit 3" }"#, "url_command failed"),
    ])
    func `An endpoint that cannot be used is an error of those who use it`(endpoint: String, message: String)
        async throws
    {
        try await withProgram("", endpoints: endpoint) { program, folder in
            try write(#"require "finlua.notify".send("team", "x")"#, to: folder + "/user.lua")
            let user = try await program.run("run", "user.lua")
            #expect(user.status == 1 && user.error.contains(message), "\(user.error)")
            try write("print(1)", to: folder + "/other.lua")
            #expect(try await program.run("run", "other.lua").output == "1\n")
        }
    }

    @Test func `What a message must not be is said in words`() async throws {
        let receiver = Receiver()
        let cases: [(message: String, expected: String)] = [
            ("{}", "the message says nothing"), ("{ titel = \"x\" }", "did you mean title"), ("3", "a text or a table"),
            ("{ title = \"x\", severity = \"bad\" }", "expected one of info, minor, major, critical"),
            ("{ title = \"x\", findings = { ready = true } }", "write findings = report.findings"),
            ("{ findings = { { severity = \"minor\" } } }", "findings[1].series"),
            ("{ title = \"x\", fields = { a = 0/0 } }", "NaN"),
            ("{ title = \"x\", link = \"javascript:x\" }", "https://"),
            ("{ title = \"x\", resolve = true }", "takes the key"), ("{ title = \"x\", key = \"\" }", "1 to 255 bytes"),
            ("{ title = \"x\", remember_days = 0 }", "days above 0"),
            ("{ title = \"x\", columns = { \"a\" } }", "no rows"),
        ]
        let calls = cases.map { "try(\($0.message))" }.joined(separator: "\n")
        let script = """
            local notify = require "finlua.notify"
            local function try(message)
              local ok, problem = pcall(notify.send, "team", message)
              print(ok, problem.code, problem.message, problem.hint)
            end
            \(calls)
            """
        try await withProgram(script, endpoints: slack(receiver)) { program, _ in
            let outcome = try await program.run("run", "script.lua")
            let lines = outcome.output.split(separator: "\n")
            #expect(outcome.status == 0 && lines.count == cases.count, "\(outcome.error)")
            for (line, test) in zip(lines, cases) {
                #expect(line.hasPrefix("false\tbad_argument\tnotify.send: ") && line.contains(test.expected), "\(line)")
            }
        }
        #expect(receiver.requests.isEmpty)
    }

    @Test func `A run about an earlier day shows what would have been told, and tells nobody`() async throws {
        let receiver = Receiver()
        try await withProgram(Self.alert, endpoints: slack(receiver)) { program, _ in
            let outcome = try await program.run("run", "--as-of", "2026-01-01", "script.lua")
            #expect(
                outcome.status == 0
                    && outcome.error.contains("to team (slack), not sent in a run about an earlier day:"))
            #expect(receiver.requests.isEmpty)
            #expect(try await program.run("run", "script.lua").status == 0 && receiver.requests.count == 1)
        }
    }
}
