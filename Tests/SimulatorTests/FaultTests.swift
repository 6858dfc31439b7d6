import HostLoop
import RowDecoder
import Simulator
import Testing

@Suite struct FaultTests {
    @Test func `faults meet the first requests or a part of them`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor(["keys:500:2", "values:503:30%"]) { $0.limits = $0.limits.scaled(by: 20) }
            #expect(try await visitor.keys().status == 500)
            #expect(try await visitor.keys().code == "INTERNAL_SERVER_ERROR")
            #expect(try await visitor.keys().status == 200)
            var refused = 0
            for _ in 0..<200 where try await visitor.values("AWS/service").status == 503 { refused += 1 }
            #expect((40...80).contains(refused))
            #expect(visitor.server.report.faults == ["keys:500:2": 2, "values:503:30%": refused])
            #expect(visitor.server.report.isClean)
        }
    }

    @Test func `a refused submission is not paid for, one whose answer is lost is`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor(["submit:429", "submit:reset"])
            let asked = body(today - 5, today)
            let refused = try await visitor.submit(asked)
            #expect(refused.status == 429 && refused.headers["retry-after"] == "1")
            #expect(visitor.server.report.submissions == 0)
            await #expect(throws: HTTPError.self) { try await visitor.submit(asked) }
            #expect(visitor.server.report.submissions == 1)
            #expect(visitor.server.report.statuses == [429: 1, 0: 1])
        }
    }

    @Test func `answers are spoiled on their way`() async throws {
        try await HostLoop.withVirtualClock {
            let whole = try await Visitor().keys().text
            let visitor = try Visitor([
                "keys:truncate", "keys:garbage", "keys:empty", "keys:wrong-length", "keys:drip", "keys:reset",
                "keys:surplus", "keys:gzip", "keys:gzip-short", "keys:bytes", "keys:redirect", "keys:slow",
            ])
            let half = try await visitor.keys()
            #expect(half.status == 200 && half.text.count * 2 < whole.count + 200 && half.json == .null)
            #expect(half.text.hasPrefix("{\"requestId\""))
            #expect(try await visitor.keys().text.hasPrefix("<html>"))
            #expect(try await visitor.keys().text.isEmpty)
            let broken = await #expect(throws: HTTPError.self) { try await visitor.keys() }
            #expect(broken?.kind == .interrupted)
            #expect(try await visitor.keys().json["data"]?["keys"]?.array?.count == DemoKey.all.count)
            let reset = await #expect(throws: HTTPError.self) { try await visitor.keys() }
            #expect(reset?.kind == .interrupted)
            #expect(try await visitor.keys().text.utf8.count == whole.utf8.count / 2)
            #expect(try await visitor.keys().text.utf8.count == whole.utf8.count)
            #expect(try await visitor.keys().json == .null)
            #expect(try await visitor.keys().text.utf8.count == whole.utf8.count)
            let redirect = try await visitor.keys()
            #expect(redirect.status == 302 && redirect.headers["location"] == "/elsewhere")
            let clock = ContinuousClock()
            let start = clock.now
            #expect(try await visitor.keys().text.utf8.count == whole.utf8.count)
            #expect(clock.now - start >= .milliseconds(20))
            #expect(try await visitor.keys().status == 200)
            #expect(visitor.server.report.unknownRequests == 0)
        }
    }

    @Test(arguments: [
        ("echo", 200, 0), ("echo.base64", 200, 0), ("echo-header", 200, 1), ("echo-422", 422, 1),
        ("echo-500.json-u", 500, 1),
    ])
    func `the credentials come back where and as a fault says`(kind: String, status: Int, headers: Int) async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor(["any:\(kind):100%"])
            let form = kind.split(separator: ".").dropFirst().first.flatMap { EchoForm(rawValue: String($0)) } ?? .plain
            let (key, id) = (form.text(DemoCredentials.secretKey), form.text(DemoCredentials.clientID))
            let answers = [
                try await visitor.keys(), try await visitor.values("AWS/region"),
                try await visitor.submit(body(today - 1, today)),
            ]
            for answer in answers {
                #expect(answer.status == status)
                #expect(answer.text.contains("\(key) \(id)") == (kind != "echo-header"), "\(answer.text)")
                #expect((answer.headers["x-request-id"]?.contains(key) == true) == (headers == 1))
            }
        }
    }

    @Test(arguments: ["stall", "mute"])
    func `a stalled answer stays open until the client gives up, and others go on`(kind: String) async throws {
        try await HostLoop.withRealClock {
            let visitor = try Visitor(["keys:\(kind)"], configure: { $0.stallTimeout = .milliseconds(300) })
            let stalled = await #expect(throws: HTTPError.self) { try await visitor.keys() }
            #expect(stalled?.kind == .stalled || stalled?.kind == .timeout)
            #expect(try await visitor.keys().status == 200)
            visitor.server.stop()
        }
    }

    @Test func `a server with a stalled answer stops at once`() async throws {
        try await HostLoop.withRealClock {
            let visitor = try Visitor(["keys:stall"])
            let waiting = Task { await ask(visitor) }
            while visitor.server.report.faults.isEmpty { try await HostLoop.sleep(for: .milliseconds(2)) }
            let clock = ContinuousClock()
            #expect(clock.measure { visitor.server.stop() } < .seconds(2))
            await waiting.value
        }
    }

    @Test func `pages are wrong in the ways a client must notice`() async throws {
        try await HostLoop.withVirtualClock {
            let asked = body(today - 59, today - 3, dimensions: [key("AWS|service|billing_dimension")])
            let expected = try account.evaluate(asked)
            @HostLoop func page(_ fault: String, _ query: String = "?pageSize=300") async throws -> JSONValue {
                let visitor = try Visitor([fault])
                let id = try await visitor.complete(asked)
                guard query.contains("{next}") else { return try await visitor.results(id, query).json }
                let first = try await Visitor().submit(asked).queryID
                #expect(first == id, "ids are deterministic")
                let next =
                    try await visitor.results(id, "?pageSize=300").json["pagination"]?["nextCursor"]?.string ?? ""
                return try await visitor.results(id, query.replacing("{next}", with: next)).json
            }
            func names(_ page: JSONValue) -> [JSONValue?] { (page["data"]?.array ?? []).map { $0["day"] } }
            #expect(expected.count > 600)

            #expect(try await page("results:short")["data"]?.array?.count == 299)
            let doubled = try #require(try await page("results:duplicate-row")["data"]?.array)
            #expect(doubled.count == 301 && doubled[300] == doubled[299])
            let repeated = try await page("results:repeat-page", "?pageSize=300&cursor={next}")
            let first = try await page("interval:capital:1")
            #expect(names(repeated).count == 300)
            #expect(repeated["data"]?[0]?["day"] == first["data"]?[0]?["Day"])
            #expect(first["data"]?[0]?["day"] == nil)
            let stuck = try await page("results:stuck-cursor:9", "?pageSize=300&cursor={next}")
            let stuckAgain = try await page("results:stuck-cursor:9")
            #expect(stuck["pagination"]?["nextCursor"] == stuckAgain["pagination"]?["nextCursor"])
            let ended = try await page("results:early-end")["pagination"]
            #expect(ended?["hasMore"] == false && ended?["nextCursor"] == nil)
            #expect(
                try await page("results:wrong-total")["pagination"]?["totalRows"]?.integer
                    == Int64(expected.count + 1))
            let amount = try #require(expected[0]["netAmortizedCost_sum"]?["amount"]?.number)
            let bare = try await page("amounts:bare")
            #expect(bare["data"]?[0]?["netAmortizedCost_sum"] == .number(amount))
            let string = try await page("amounts:string")["data"]?[0]?["netAmortizedCost_sum"]?["amount"]
            #expect(string?.string != nil && string?.number == amount)
            #expect(
                try await page("interval:timestamp")["data"]?[0]?["day"]?.string
                    == (expected[0]["day"]?.string ?? "") + "T00:00:00.000Z")
        }
    }

    @Test func `queries fail, expire at once or never end`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor(["query:fail", "query:expire", "query:stall"])
            let failed = try await visitor.complete(body(today - 1, today))
            #expect(try await visitor.status(failed).json["data"] == ["status": "FAILED"])
            let answer = try await visitor.results(failed)
            #expect(answer.status == 424 && answer.code == "QUERY_FAILED")
            let expired = try await visitor.complete(body(today - 2, today))
            #expect(try await visitor.status(expired).json["data"] == ["status": "EXPIRED"])
            #expect(try await visitor.results(expired).status == 410)
            let stalled = try await visitor.complete(body(today - 3, today))
            try await HostLoop.sleep(for: .seconds(100_000))
            #expect(try await visitor.status(stalled).json["data"] == ["status": "RUNNING"])
            let whole = try await visitor.complete(body(today - 4, today))
            #expect(try await visitor.rows(whole).count == 5)
        }
    }

    @Test func `words and envelopes come in the forms that sources disagree on`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor([
                "status:unknown", "status:lower", "errors:error-field", "limits:draft-8",
            ])
            let id = try await visitor.complete(body(today - 1, today))
            #expect(try await visitor.status(id).json["data"] == ["status": "finalizing"])
            #expect(try await visitor.status(id).json["data"]?["status"] == "completed")
            let refused = try await visitor.status("q_none")
            #expect(refused.json.object?.map(\.name) == ["requestId", "error", "message"])
            #expect(refused.json["error"] == "NOT_FOUND")
            #expect(refused.headers["ratelimit"] == "\"status\";r=47;t=60")
            #expect(refused.headers["ratelimit-policy"] == "\"status\";q=50;w=60")
            let silent = try Visitor(["limits:silent"]) { $0.limits.requestsPerRoute = 1 }
            #expect(try await silent.keys().headers["ratelimit"] == nil)
            let late = try await silent.keys()
            #expect(late.status == 429 && late.headers["retry-after"] == nil)
        }
    }

    @Test func `an interim status as the last word, as the docs have it, is sent as it is`() async throws {
        try await HostLoop.withRealClock {
            let visitor = try Visitor(["results:early-102"])
            let id = try #require(try await visitor.submit(body(today - 1, today)).queryID)
            // What a client makes of it is the client's affair; the exchange ends.
            _ = try? await visitor.results(id)
            #expect(visitor.server.report.statuses[102] == 1)
            #expect(visitor.server.report.violations == [.earlyResults: 1])
        }
    }
}

@HostLoop private func ask(_ visitor: Visitor) async { _ = try? await visitor.keys() }
