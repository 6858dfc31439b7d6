import HostLoop
import RowDecoder
import Simulator
import Testing

/// Answers that contradict each other, or come too early or too late.
@Suite struct FaultConsistencyTests {
    @Test func `the first requests pass, then so many fail`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor(["keys:500:2@3", "any:503:1@4"])
            var statuses: [Int] = []
            for _ in 1...6 { statuses.append(try await visitor.keys().status) }
            // The fourth is met by the first fault that could meet it; the other waits for the next.
            #expect(statuses == [200, 200, 500, 500, 503, 200])
            #expect(visitor.server.report.faults == ["keys:500:2@3": 2, "any:503:1@4": 1])
        }
    }

    @Test func `results may not be ready although the status says so`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor(["results:not-ready:2", "status:back"])
            let id = try await visitor.complete(body(today - 1, today))
            #expect(try await visitor.status(id).json["data"] == ["status": "RUNNING"])
            #expect(try await visitor.status(id).json["data"]?["status"] == "COMPLETED")
            for _ in 1...2 {
                let early = try await visitor.results(id)
                #expect(early.status == 202 && early.code == "QUERY_RUNNING")
            }
            #expect(try await visitor.results(id).status == 200)
            #expect(visitor.server.report.isClean, "the client did nothing wrong")
        }
    }

    @Test func `a status may say completed too early and then take it back`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor(["status:premature"])
            let id = try #require(try await visitor.submit(body(today - 1, today)).queryID)
            #expect(try await visitor.status(id).json["data"]?["status"] == "COMPLETED")
            #expect(try await visitor.results(id).status == 202)
            #expect(try await visitor.status(id).json["data"] == ["status": "QUEUED"])
            try await HostLoop.sleep(for: .seconds(10))
            #expect(try await visitor.status(id).json["data"]?["status"] == "COMPLETED")
            #expect(try await visitor.results(id).status == 200)
            #expect(visitor.server.report.isClean)
        }
    }

    @Test func `results expire between two pages, and 24 hours after the query completed`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor(["results:expire@2"]) {
                $0.queryDuration = .seconds(5) ... .seconds(5)
            }
            let asked = body(today - 9, today)
            let (gone, kept) = (try await visitor.complete(asked), try await visitor.complete(asked))
            let first = try await visitor.results(gone, "?pageSize=5")
            let next = try #require(first.json["pagination"]?["nextCursor"]?.string)
            let second = try await visitor.results(gone, "?pageSize=5&cursor=\(next)")
            #expect(second.status == 410 && second.code == "RESULTS_EXPIRED")
            #expect(try await visitor.results(gone).status == 410)
            #expect(try await visitor.status(gone).json["data"] == ["status": "EXPIRED"])

            // Ten seconds have passed since its submission, five since its completion.
            try await HostLoop.sleep(for: .seconds(86_400 - 6))
            #expect(try await visitor.results(kept).status == 200)
            try await HostLoop.sleep(for: .seconds(1))
            #expect(try await visitor.results(kept).status == 410)
            #expect(try await visitor.status(kept).json["data"] == ["status": "EXPIRED"])
        }
    }

    @Test func `rows of another window, totals that are wrong or missing, ids given twice`() async throws {
        try await HostLoop.withVirtualClock {
            let visitor = try Visitor([
                "results:other-window", "status:wrong-total", "status:no-total:1@2", "results:no-total:1@2",
                "results:no-pagination:1@3", "submit:same-id", "amounts:words:1@4",
            ])
            let id = try await visitor.complete(body(today - 6, today))
            let total = try #require(try await visitor.status(id).json["data"]?["totalRows"]?.integer)
            #expect(try await visitor.status(id).json["data"]?["totalRows"] == nil)
            let other = try await visitor.results(id).json
            let days = Set((other["data"]?.array ?? []).compactMap { $0["day"]?.string })
            #expect(days == Set((0...6).map { "\(today - 364 - $0)" }))
            #expect(other["pagination"]?["totalRows"]?.integer == total - 1)
            #expect(try await visitor.results(id).json["pagination"]?["totalRows"] == nil)
            #expect(try await visitor.results(id).json["pagination"] == nil)
            let words = try await visitor.results(id).json["data"]?[0]?["netAmortizedCost_sum"]
            #expect(words?["amount"] == "a lot")
            #expect(try await visitor.submit(body(today - 1, today)).queryID == id)
            #expect(try await visitor.submit(body(today - 2, today)).queryID != id)
        }
    }
}
