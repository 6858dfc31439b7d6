import Finout
import Glibc
import HostLoop
import Simulator

extension Command {
    static let simulate = Command(
        name: "simulate", synopsis: "[--port N] [--seed N] [--today DAY] [--fault WHERE:WHAT[:HOW OFTEN][@FIRST]] …",
        summary: "Serve the demo account on loopback until interrupted.",
        options: [], describesItself: true
    ) { arguments, _ in
        if arguments.contains("--help") || arguments.contains("-h") {
            Terminal.print(SimulateFlag.help)
            return .done
        }
        let options = try SimulateFlag.options(arguments, today: HostLoop.now.day)
        let server: SimulatorServer
        do {
            server = try SimulatorServer(options)
        } catch {
            throw UsageError("the demo account cannot be served: \(error)")
        }
        defer { server.stop() }
        // Its own made-up credentials, which are no secret here even where the environment already has them.
        let words =
            "\(server.address)\n"
            + "export FINOUT_BASE_URL=\(server.address) FINOUT_CLIENT_ID=\(DemoCredentials.clientID) "
            + "FINOUT_SECRET_KEY=\(DemoCredentials.secretKey)\n"
        try Array(words.utf8).withUnsafeBytes { try Terminal.pass($0, to: Terminal.output) }
        let signal = await Interruption.wait()
        Terminal.complain(SimulateFlag.summary(server.report))
        return signal == SIGTERM ? .terminated : .done
    }
}

/// A flag of `finlua simulate`. The only table of them.
struct SimulateFlag: Sendable {
    let name: String
    let placeholder: String
    let help: String
    let apply: @Sendable (inout DemoOptions, _ value: String) throws(UsageError) -> Void

    static let all: [SimulateFlag] = [
        SimulateFlag(name: "port", placeholder: "N", help: "the port; 0 (the default) takes a free one") {
            options, value throws(UsageError) in
            options.port = try number(value, "port", expected: "a port from 0 to 65535")
        },
        SimulateFlag(name: "seed", placeholder: "N", help: "another account; the same seed and day give the same one") {
            options, value throws(UsageError) in
            options.seed = try number(value, "seed", expected: "a whole number")
        },
        SimulateFlag(name: "today", placeholder: "DAY", help: "the last of its 400 days (default: today, UTC)") {
            options, value throws(UsageError) in
            guard let day = Day(value) else { throw refusal("today", value, expected: "a day such as 2026-10-31") }
            options.today = day
        },
        SimulateFlag(
            name: "limit", placeholder: "COUNT/TIME", help: "requests of each route in any so long (default 50/60s)"
        ) { options, value throws(UsageError) in
            guard let limit = RateLimit(value) else {
                throw refusal("limit", value, expected: "a count and a time such as 50/4s")
            }
            options.limits.requestsPerRoute = limit.count
            options.limits.window = limit.window
        },
        SimulateFlag(name: "latency", placeholder: "TIME", help: "hold each answer back, as 50ms or 1s") {
            options, value throws(UsageError) in
            guard let latency = SettingText.duration(value) else {
                throw refusal("latency", value, expected: "a time such as 50ms")
            }
            options.latency = latency
        },
        SimulateFlag(name: "query-seconds", placeholder: "MIN-MAX", help: "how long a query takes (default 2-9)") {
            options, value throws(UsageError) in
            guard let range = DemoOptions.queryDuration(value) else {
                throw refusal("query-seconds", value, expected: "seconds such as 0.3-1.5")
            }
            options.queryDuration = range
        },
        SimulateFlag(
            name: "bulk", placeholder: "ROWS@FROM..TO", help: "that many rows of AWS/extracted_resource by day, in all"
        ) { options, value throws(UsageError) in
            guard let bulk = DemoOptions.bulk(value) else {
                throw refusal("bulk", value, expected: "for example 228977@2026-10-01..2026-10-31")
            }
            options.bulk = bulk
        },
        SimulateFlag(
            name: "restate", placeholder: "DAY=FACTOR",
            help: "a past day that costs so many times as much; may be repeated"
        ) { options, value throws(UsageError) in
            guard let (day, factor) = DemoOptions.restated(value) else {
                throw refusal("restate", value, expected: "for example 2026-10-05=1.1")
            }
            options.restated[day] = factor
        },
        SimulateFlag(
            name: "fault", placeholder: "WHERE:WHAT[:HOW OFTEN][@FIRST]",
            help: "something that goes wrong; may be repeated"
        ) {
            options, value throws(UsageError) in
            do {
                options.faults.append(try Fault(value))
            } catch {
                throw UsageError("\(error)")
            }
        },
    ]

    /// Reads the whole line. Fails for an unknown flag, a missing value and a value out of range.
    static func options(_ arguments: [String], today: Day) throws(UsageError) -> DemoOptions {
        var options = DemoOptions(today: today)
        var index = 0
        while index < arguments.count {
            let parts = arguments[index].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let flag = all.first(where: { "--\($0.name)" == parts[0] }) else {
                throw .unknown("option", String(parts[0]), among: all.map { "--\($0.name)" })
            }
            index += 1
            if parts.count > 1 {
                try flag.apply(&options, String(parts[1]))
                continue
            }
            guard index < arguments.count else {
                throw UsageError("--\(flag.name) needs a value: --\(flag.name) \(flag.placeholder)")
            }
            try flag.apply(&options, arguments[index])
            index += 1
        }
        return options
    }

    static var help: String {
        var text = """
            usage: finlua simulate [options]

            Serve the demo account, a made-up Finout account, on 127.0.0.1 until interrupted. Its address is the first
            line of stdout; the second sets up a shell to use it. What clients did is counted and printed at the end.

            options


            """
        for flag in all { text += Help.row("--\(flag.name) \(flag.placeholder)", flag.help) }
        text += """

            faults, as WHERE:WHAT, WHERE:WHAT:COUNT or WHERE:WHAT:RATE (status:500:3, results:reset:10%); with @N the
            first N-1 requests pass (results:reset:2@3: the third and the fourth fail)

            """
        var places: [FaultPlace] = []
        for kind in FaultKind.table {
            if kind.places != places {
                places = kind.places
                text += "\nWHERE: \(places.map(\.rawValue).joined(separator: ", "))\n"
            }
            text += Help.row(kind.name, kind.description)
        }
        return text
    }

    static func summary(_ report: SimulatorReport) -> String {
        var parts = SimulatorRoute.allCases.compactMap { route in
            report.requests[route].map { "\($0) \(route.rawValue)" }
        }
        if parts.isEmpty { parts = ["no requests"] }
        if let span = report.submittedWithin, report.submissions > 1 {
            let seconds = ((span.upperBound - span.lowerBound) / .milliseconds(10)).rounded() / 100
            parts.append("\(report.submissions) submissions within \(seconds) s")
        }
        let violations = SimulatorViolation.allCases.compactMap { kind in
            report.violations[kind].map { "\($0) \(kind.rawValue)" }
        }
        return "finlua simulate: \(parts.joined(separator: ", ")); "
            + (violations.isEmpty ? "no rule broken" : "rules broken: \(violations.joined(separator: ", "))")
    }

    private static func number<Number: FixedWidthInteger>(
        _ value: String, _ name: String, expected: String
    ) throws(UsageError) -> Number {
        guard let number = Number(value) else { throw refusal(name, value, expected: expected) }
        return number
    }

    private static func refusal(_ name: String, _ value: String, expected: String) -> UsageError {
        UsageError("--\(name) is \"\(value)\"; it takes \(expected)")
    }
}
