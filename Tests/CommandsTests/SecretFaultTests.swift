import Foundation
import Simulator
import Testing

/// An account with secrets of some kind, and what else the process knows that nobody may see.
private struct Account: Sendable {
    let id: String
    let key: String

    /// Percent-encoded in the address of a proxy that is never asked.
    static let password = "pröxy\"/+=%&€-pass"

    static let all = [
        Account(id: "client-0123456789", key: "key-9876543210abcdef"),
        Account(id: #"id+of/an=account%and&"more""#, key: #"p"a/s\s+w=o%r&d;<x>'y'%41"#),
        Account(
            id: "0f8fad5b-d9cb-469f-a165-70867728950e",
            key: (0..<90).map { "\($0)/key+" }.joined()),
    ]

    var trace: SecretTrace { SecretTrace([id, key, Self.password, "\(id):\(key)"]) }
}

/// Every fault of the simulator, met by the built program with known secrets: no byte of a stream or a file holds one.
///
/// The suite meets each kind somewhere, in one form of the log; `FINLUA_SECRETS=all` meets each at every place, in both.
@Suite struct SecretFaultTests {
    private struct Case: Sendable {
        let fault: String
        let log: String
        let account: Account
    }

    private static var cases: [Case] {
        let isWhole = ProcessInfo.processInfo.environment["FINLUA_SECRETS"] == "all"
        var faults: [String] = []
        for kind in FaultKind.table {
            for (index, word) in words(of: kind).enumerated() {
                let places = isWhole || kind.places.count == 1 ? kind.places : rotated(kind.places, index)
                faults += places.map { "\($0.rawValue):\(word)" }
            }
        }
        let logs = ["debug", "json,debug"]
        return faults.enumerated().flatMap { index, fault in
            (isWhole ? logs : [logs[index % 2]]).map { log in
                Case(fault: fault, log: log, account: Account.all[index % Account.all.count])
            }
        }
    }

    /// An echo comes in every form.
    private static func words(of kind: FaultKind) -> [String] {
        guard kind.name.hasPrefix("echo") else { return kind.examples }
        return kind.examples.filter { !$0.contains(".") }.flatMap { word in
            EchoForm.allCases.map { "\(word).\($0.rawValue)" }
        }
    }

    private static func rotated(_ places: [FaultPlace], _ index: Int) -> [FaultPlace] {
        [places[index % places.count]]
    }

    /// Prints and writes whatever it is given, so that a secret inside the VM shows.
    private static let script = """
        local finout, export, log = require "finout", require "finlua.export", require "finlua.log"
        local args = require "finlua.args" { key = { type = "string" } }
        local function attempt(what, call)
          local ok, err = pcall(call)
          if ok then return end
          local fields = {}
          for _, name in ipairs { "code", "message", "hint", "request_id", "api_code", "field" } do
            fields[name] = err[name] and tostring(err[name])
          end
          log.warn(what .. " failed: " .. tostring(err), fields)
        end
        log.info("asked with", { argument = args.key })
        attempt("keys", function() for _, key in ipairs(finout.keys()) do print(key.displayName) end end)
        attempt("values", function() print(table.concat(finout.values("AWS/region"), " ")) end)
        attempt("request", function()
          print(require("finlua.json").encode((finout.request { method = "GET", path = "/v2/query-language/keys" })))
        end)
        local query = finout.query { date = { last = "2d", lag = 2 }, dimensions = { name = "AWS/region" } }
        attempt("rows", function()
          for row in query:rows() do for name, value in pairs(row) do print(name, value) end end
        end)
        export.csv("rows.csv", query)
        error("the end, as " .. args.key)
        """

    @Test func `Under every fault no byte of a stream or a file holds a secret`() async throws {
        let cases = Self.cases
        let counts = try await withThrowingTaskGroup(of: (met: Int, scrubbed: Int, bytes: Int).self) { group in
            var counts = (met: 0, scrubbed: 0, bytes: 0)
            for (index, one) in cases.enumerated() {
                if index >= 12, let done = try await group.next() {
                    counts = (counts.met + done.met, counts.scrubbed + done.scrubbed, counts.bytes + done.bytes)
                }
                group.addTask { try await Self.check(one) }
            }
            for try await done in group {
                counts = (counts.met + done.met, counts.scrubbed + done.scrubbed, counts.bytes + done.bytes)
            }
            return counts
        }
        print("secrets: \(cases.count) faults, \(counts.met) met, \(counts.bytes >> 10) KiB looked through")
        // Those that are not met are forms of what only a refusal has, and a fault that only another client can meet.
        #expect(cases.count > 150 && counts.met > cases.count * 4 / 5)
        #expect(counts.scrubbed == cases.count, "the argument was in every log")
        #expect(counts.bytes > cases.count * 50_000, "every state was looked through")
    }

    private static func check(_ one: Case) async throws -> (met: Int, scrubbed: Int, bytes: Int) {
        let fault = try Fault(one.fault)
        let server = try demoServer {
            $0.queryDuration = .milliseconds(5) ... .milliseconds(10)
            $0.faults = [fault]
            ($0.clientID, $0.secretKey) = (one.account.id, one.account.key)
        }
        defer { server.stop() }
        return try await withFolder { folder in
            try write(script, to: folder + "/script.lua")
            try FileManager.default.createDirectory(atPath: folder + "/tmp", withIntermediateDirectories: true)
            let environment = [
                "FINOUT_BASE_URL": server.address, "FINOUT_CLIENT_ID": one.account.id,
                "FINOUT_SECRET_KEY": one.account.key, "XDG_STATE_HOME": folder, "TMPDIR": folder + "/tmp",
                "FINLUA_POLL": "first=5ms,max=20ms",
                "https_proxy": "http://somebody:\(EchoForm.urlFull.text(Account.password))@127.0.0.1:1",
            ]
            let program = Program(environment: environment, folder: folder)
            // What never ends by itself is ended; everything else has time enough.
            let endless = ["mute", "stall"].contains(fault.kind)
            let outcome = try await program.run(
                "run", "--timeout", endless ? "2s" : "6s", "--summary", "--log", one.log, "script.lua", "--key",
                "\(one.account.key) and \(Account.password)")
            #expect(outcome.status > 0 && outcome.status < 64, "\(one.fault): \(outcome.error)")
            let trace = one.account.trace
            let (traces, bytes) = trace.found(below: folder)
            #expect(traces.isEmpty, "\(one.fault) \(one.log): \(traces)")
            for (name, text) in [("stdout", outcome.output), ("stderr", outcome.error)] {
                let traces = trace.found(in: Array(text.utf8))
                #expect(traces.isEmpty, "\(one.fault) \(one.log), \(name): \(traces)")
            }
            return (
                met: server.report.faults.isEmpty ? 0 : 1,
                scrubbed: outcome.error.contains("[secret] and [password]") ? 1 : 0, bytes: bytes
            )
        }
    }

    @Test func `What looks for secrets finds them`() {
        for account in Account.all {
            for form in EchoForm.allCases {
                for value in [account.id, account.key, Account.password] {
                    #expect(
                        !account.trace.found(in: Array("<<\(form.text(value))>>".utf8)).isEmpty, "\(form): \(value)")
                }
            }
            #expect(account.trace.found(in: Array("[secret] and [client id]".utf8)).isEmpty)
        }
    }
}
