import HostLoop
import Notify
import Receiver
import RowDecoder
import StateStore
import Synchronization
import Testing

/// Telling services over real HTTP, in virtual time.
@Suite(.serialized) struct DeliveryTests {
    /// What a run tells, and what the services saw.
    private func tell(
        _ receiver: Receiver, kind: NotifyEndpoint.Kind = .slack, deadline: Duration = .seconds(600),
        state: StateStore? = nil, run: String = "run", script: String = "/a.lua",
        _ body: @escaping @HostLoop @Sendable (Notifier) async throws -> Void
    ) async throws -> NotifyError? {
        try await HostLoop.withVirtualClock {
            try await told(receiver, kind, deadline, state ?? StateStore(), run, script, body)
        }
    }

    @HostLoop
    private func told(
        _ receiver: Receiver, _ kind: NotifyEndpoint.Kind = .slack, _ deadline: Duration = .seconds(600),
        _ state: StateStore, _ run: String = "run", _ script: String = "/a.lua",
        _ body: @HostLoop @Sendable (Notifier) async throws -> Void
    ) async throws -> NotifyError? {
        let url = receiver.address + "/hook"
        let service: NotifyEndpoint.Service =
            switch kind {
            case .teams: .teams(url: url)
            case .webhook: .webhook(url: url, secret: "a-secret")
            case .pagerduty: .pagerduty(url: url, key: "routing-key")
            default: .slack(url: url)
            }
        let notifier = Notifier(
            [try NotifyEndpoint(name: "team", service)],
            told: ToldNotices(state, script: script, account: "account"), run: run, scope: script, source: "a.lua",
            deadline: HostLoop.now + deadline)
        do {
            try await body(notifier)
            return nil
        } catch let error as NotifyError {
            return error
        }
    }

    private static func keyed(_ key: String = "k", resolves: Bool = false) -> Notice {
        var notice = Notice(title: "Budget", text: "is used up", severity: .major)
        (notice.key, notice.resolves) = (key, resolves)
        return notice
    }

    private static func found(_ names: [String], day: String = "2026-11-18", severity: Notice.Severity = .minor)
        -> Notice
    {
        var notice = Notice(title: "Anomalies")
        notice.findings = names.map {
            var finding = Notice.Finding(
                series: $0, severity: severity, identity: "\($0) \(day) \(severity)", subject: $0)
            finding.day = day
            return finding
        }
        return notice
    }

    @Test func `A service that is busy or failing is asked again, when it said and no sooner`() async throws {
        let receiver = Receiver { number, _ in
            switch number {
            case 1: .init(429, "rate_limited", fields: ["Retry-After": "40"])
            case 2: .init(500, "")
            case 3: .init(503, "")
            case 4: .init(200, "<html>please log in")
            default: .init()
            }
        }
        let waits = Mutex<[Duration]>([])
        let error = try await tell(receiver) { (notifier) async throws in
            notifier.observer = { event in
                if case .retrying(_, _, _, let wait) = event { waits.withLock { $0.append(wait) } }
            }
            let begun = HostLoop.now
            #expect(try await notifier.send(Self.keyed(), to: "team") == .sent(messages: 1))
            #expect(HostLoop.now - begun >= .seconds(40))
        }
        #expect(error == nil && receiver.requests.count == 5)
        let seen = waits.withLock { $0 }
        #expect(
            seen.count == 4 && seen[0] == .seconds(40)
                && seen[1...].allSatisfy { $0 >= .milliseconds(500) && $0 < .seconds(30) })
        #expect(Set(receiver.requests.map(\.body)).count == 1)
    }

    @Test func `One that keeps failing ends with the patience or the run, whichever is sooner`() async throws {
        for (deadline, end) in [(Duration.seconds(60), Duration.seconds(60)), (.seconds(3600), .seconds(300))] {
            let receiver = Receiver { _, _ in .init(500, "down") }
            let error = try await tell(receiver, deadline: deadline) { (notifier) async throws in
                let begun = HostLoop.now
                await #expect(throws: NotifyError.self) { try await notifier.send(Self.keyed(), to: "team") }
                #expect(HostLoop.now - begun <= end)
                try await notifier.send(Self.keyed(), to: "team")
            }
            #expect(error?.code == .unavailable && receiver.requests.count > 4)
            #expect(
                error?.message.contains("status 500 (down)") == true || error?.message.contains("time is over") == true)
        }
    }

    @Test func `A wait beyond the end of the run is said at once, with the time`() async throws {
        let receiver = Receiver { _, _ in .init(429, "", fields: ["Retry-After": "7200"]) }
        let error = try await tell(receiver) { try await $0.send(Self.keyed(), to: "team") }
        #expect(error?.code == .rateLimited && error?.message.contains("2026-11-20T09:00:00Z") == true, "\(error!)")
        #expect(receiver.requests.count == 1)
    }

    @Test func `What is refused is not asked again`() async throws {
        for (status, word, code) in [
            (404, "no_service", NotifyError.Code.unauthorized), (400, "invalid_blocks", .badArgument),
        ] {
            let receiver = Receiver { _, _ in .init(status, word) }
            let error = try await tell(receiver) { try await $0.send(Self.keyed(), to: "team") }
            #expect(error?.code == code && error?.message.contains(word) == true)
            #expect(receiver.requests.count == 1 && error?.description.contains("/hook") == false)
        }
    }

    @Test func `A message a second goes to an endpoint, whoever sends it`() async throws {
        let receiver = Receiver()
        _ = try await tell(receiver) { (notifier) async throws in
            let begun = HostLoop.now
            for number in 0..<5 { #expect(try notifier.stage(Self.keyed("\(number)"), to: "team")) }
            try await notifier.sendStaged()
            #expect(HostLoop.now - begun == .seconds(4))
        }
        #expect(receiver.requests.count == 5)
    }

    @Test func `What was told is told no more, what is new alone is told, and what is over once`() async throws {
        let receiver = Receiver()
        _ = try await HostLoop.withVirtualClock {
            let state = StateStore()
            for run in ["one", "two"] {
                let error = try await told(receiver, .slack, .seconds(600), state, run) { (notifier) async throws in
                    let first = run == "one"
                    #expect(try await notifier.send(Self.found([]), to: "team") == .nothing)
                    #expect(try await notifier.send(Self.keyed(), to: "team") == (first ? .sent(messages: 1) : .told))
                    #expect(try await notifier.send(Self.keyed(), to: "team") == .told)
                    _ = try await notifier.send(Self.found(first ? ["S3", "EC2"] : ["S3", "RDS"]), to: "team")
                    // Without a key a notice is told once a run.
                    #expect(try await notifier.send(Notice(title: "done"), to: "team") == .sent(messages: 1))
                    #expect(try await notifier.send(Notice(title: "done"), to: "team") == .told)
                }
                #expect(error == nil)
            }
            let other = try await told(receiver, .slack, .seconds(600), state, "three", "/b.lua") {
                (notifier) async throws in
                #expect(
                    try await notifier.send(Self.found(["S3"]), to: "team") == .sent(messages: 1), "another script's")
                #expect(try await notifier.send(Self.keyed(resolves: true), to: "team") == .told, "it never told of it")
            }
            #expect(other == nil)
            let last = try await told(receiver, .slack, .seconds(600), state, "four") { (notifier) async throws in
                #expect(
                    try await notifier.send(Self.found(["S3"], day: "2026-11-19"), to: "team") == .sent(messages: 1))
                #expect(
                    try await notifier.send(Self.found(["S3"], severity: .critical), to: "team") == .sent(messages: 1))
                #expect(try await notifier.send(Self.keyed(resolves: true), to: "team") == .sent(messages: 1))
                #expect(try await notifier.send(Self.keyed(resolves: true), to: "team") == .told)
                #expect(try await notifier.send(Self.keyed(), to: "team") == .sent(messages: 1), "it is news again")
                try await HostLoop.sleep(for: .seconds(91 * 86_400))
                #expect(HostLoop.now.day.daysSinceEpoch > 0)
            }
            #expect(last == nil)
            let later = try await told(receiver, .slack, .seconds(600), state, "five") { (notifier) async throws in
                #expect(try await notifier.send(Self.keyed(), to: "team") == .sent(messages: 1), "it is forgotten")
            }
            #expect(later == nil)
        }
        let second = receiver.requests.map(\.text).filter { $0.contains("RDS") }
        #expect(second.count == 1 && !second[0].contains("S3"), "\(second)")
    }

    @Test func `A message whose end is not known is sent again under the same name`() async throws {
        let receiver = Receiver { number, _ in number <= 2 ? .init(isMute: true) : .init() }
        try await HostLoop.withVirtualClock {
            let state = StateStore()
            let lost = try await told(receiver, .webhook, .milliseconds(300), state, "one") {
                try await $0.send(Self.keyed(), to: "team")
            }
            #expect(lost?.code == .unavailable)
            let again = try await told(receiver, .webhook, .seconds(2), state, "two") { (notifier) async throws in
                // The second attempt is not answered either; its two seconds are real.
                await #expect(throws: NotifyError.self) { try await notifier.send(Self.keyed(), to: "team") }
            }
            #expect(again == nil)
            let last = try await told(receiver, .webhook, .seconds(60), state, "three") { (notifier) async throws in
                try await notifier.send(Self.keyed(), to: "team")
                // The same alert, later, is another message.
                try await notifier.send(Self.keyed(resolves: true), to: "team")
                try await notifier.send(Self.keyed(), to: "team")
            }
            #expect(last == nil)
        }
        let names = receiver.requests.compactMap { $0.fields["Idempotency-Key"] }
        #expect(names.count == 5 && Set(names[..<3]).count == 1 && Set(names).count == 3, "\(names)")
    }

    @Test func `A webhook is signed over its time and its body`() async throws {
        let receiver = Receiver()
        _ = try await tell(receiver, kind: .webhook) { try await $0.send(Self.found(["S3"]), to: "team") }
        let request = try #require(receiver.requests.first)
        let time = try #require(request.fields["X-Finlua-Timestamp"])
        #expect(time == "1795158000")
        let script = """
            import hashlib, hmac, sys
            signed = sys.argv[1].encode() + b"." + sys.stdin.buffer.read()
            print("v1=" + hmac.new(b"a-secret", signed, hashlib.sha256).hexdigest())
            """
        let expected = try Python.run(["-c", script, time], input: request.body)
        #expect((request.fields["X-Finlua-Signature"] ?? "") + "\n" == expected)
        let body = try JSONValue(parsing: request.text)
        #expect(body["id"]?.string == request.fields["Idempotency-Key"] && body["findings_count"] == 1)
        #expect(body["findings"]?.array?.first?["series"] == "S3")
    }

    @Test func `PagerDuty gets an incident for each finding, which grows and is resolved as itself`() async throws {
        let receiver = Receiver { _, _ in .init(202, #"{"status":"success"}"#) }
        _ = try await tell(receiver, kind: .pagerduty) { (notifier) async throws in
            try await notifier.send(Self.found(["S3", "EC2"], severity: .critical), to: "team")
            try await notifier.send(Self.found(["S3"], day: "2026-11-19", severity: .critical), to: "team")
            var over = Self.found([])
            over.resolved = Self.found(["S3"]).findings ?? []
            try await notifier.send(over, to: "team")
            try await notifier.send(Self.keyed("budget"), to: "team")
            try await notifier.send(Self.keyed("budget", resolves: true), to: "team")
        }
        let events = try receiver.requests.map { try JSONValue(parsing: $0.text) }
        #expect(events.allSatisfy { $0["routing_key"] == "routing-key" })
        #expect(
            events.map { $0["event_action"]?.string } == [
                "trigger", "trigger", "trigger", "resolve", "trigger", "resolve",
            ])
        let keys = events.compactMap { $0["dedup_key"]?.string }
        #expect(keys[0] == keys[2] && keys[0] == keys[3] && keys[0] != keys[1])
        #expect(keys[4] == "budget" && keys[5] == "budget")
        #expect(events[0]["payload"]?["severity"] == "critical" && events[4]["payload"]?["severity"] == "error")
        #expect(events[0]["payload"]?["summary"] == "Anomalies: S3, 2026-11-18")
    }

    @Test func `An endpoint that nobody named is an error with the names there are`() async throws {
        let receiver = Receiver()
        let error = try await tell(receiver) { _ = try $0.stage(Self.keyed(), to: "tem") }
        #expect(error?.code == .badArgument && error?.hint == "It has: team")
        #expect(receiver.requests.isEmpty)
    }
}
