package import HostLoop
import RowDecoder
import StateStore

/// What a status answer says. Timestamps are kept as text: their form is not documented (C2).
package struct StatusReply: Sendable {
    enum Phase: Hashable, Sendable {
        case pending
        case completed
        case failed
        case expired
    }

    /// In lower case; may be one that nobody documented.
    package let status: String
    package let totalRows: Int?
    let completedAt: String?
    let expiredAt: String?
    let message: String?
    let requestID: String?

    /// Any letter case (C1); a status nobody documented means: keep asking.
    var phase: Phase {
        switch status {
        case "completed": .completed
        case "failed": .failed
        case "expired": .expired
        default: .pending
        }
    }

    package init(_ response: HTTPResponse) throws(BrokenBody) {
        let body = try response.body.parsed()
        guard let data = body["data"], let status = data["status"]?.string else {
            throw BrokenBody(reason: "data.status is missing")
        }
        self.status = status.lowercased()
        totalRows = data["totalRows"]?.integer.flatMap { $0 >= 0 ? Int($0) : nil }
        completedAt = data["completedAt"]?.string
        expiredAt = data["expiredAt"]?.string
        message = data["message"]?.string ?? data["error"]?.string ?? data["reason"]?.string
        requestID = body["requestId"]?.string
    }
}

/// The three calls of the asynchronous flow.
extension FinoutClient {
    /// Submits a body and gives the query's id.
    func submit(_ body: String, window: QueryWindow, place: RunningPlace) async throws(FinoutError) -> String {
        let call = Call(RouteTable.submit, asked: "the query over \(window)", body: Array(body.utf8))
        let answer = try await caller.perform(
            call,
            decode: { response throws(BrokenBody) in
                guard let id = try response.body.parsed()["data"]?["queryId"]?.string, !id.isEmpty else {
                    throw BrokenBody(reason: "data.queryId is missing")
                }
                return id
            }, place: place)
        guard case .value(let id) = answer else {
            throw FinoutError(.badResponse, "\(call.asked) was answered with no query id.")
        }
        caller.statistics.submissions += 1
        observer?(.submitted(query: id, window: window))
        return id
    }

    /// Asks once how a query is.
    func status(of query: String) async throws(FinoutError) -> StatusReply {
        let target = "/v2/data/cost-usage/\(PercentEncoding.encode(query))/status"
        let call = Call(RouteTable.status, target: target, asked: "the status of query \(query)")
        let reply = try await value(call) { response throws(BrokenBody) in try StatusReply(response) }
        observer?(.polled(query: query, status: reply.status))
        return reply
    }

    /// Asks for a page; nil cursor: the first.
    func page<Value>(
        of query: String, cursor: String?, size: Int, decode: (HTTPResponse) throws(BrokenBody) -> Value
    ) async throws(FinoutError) -> Caller.Answer<Value> {
        var target = "/v2/data/cost-usage/\(PercentEncoding.encode(query))/results?pageSize=\(size)"
        if let cursor { target += "&cursor=\(PercentEncoding.encode(cursor))" }
        return try await caller.perform(
            Call(RouteTable.results, target: target, asked: "a page of query \(query)"), decode: decode)
    }

    /// Polls a query that was submitted until it has completed. `kind` is what its duration is remembered by.
    /// Fails with `query_failed`, `results_expired`, `deadline`, and as any call does.
    func completion(of query: String, kind: String, submitted: Moment) async throws(FinoutError) -> StatusReply {
        let patience = submitted + configuration.queryPatience
        var last = "not asked for yet"
        var seenRunning = 0.0
        var duration: ObservedDuration?
        // One that ran unwatched may have been over for long.
        let isWatched = HostLoop.now - submitted < .seconds(1)
        polls.started(PolledQuery(id: query, kind: kind, submitted: submitted))
        defer { polls.ended(query, duration: duration) }
        while true {
            try await polls.turn(of: query, until: min(patience, configuration.deadline ?? patience))
            if let deadline = configuration.deadline, HostLoop.now >= deadline {
                throw FinoutError(
                    .deadline, "The run's deadline \(deadline) passed while query \(query) was '\(last)'.",
                    hint: "Give the run more time, or ask for less.")
            }
            let sent = HostLoop.now
            let reply = try await status(of: query)
            last = reply.status
            let age = HostLoop.now - submitted
            switch reply.phase {
            case .completed:
                if isWatched || seenRunning > 0 { duration = ObservedDuration(lower: seenRunning, upper: age.seconds) }
                observer?(.completed(query: query, rows: reply.totalRows))
                return reply
            case .failed:
                throw FinoutError(
                    .queryFailed,
                    "Query \(query) failed after \(age.text)" + (reply.message.map { ": \($0)" } ?? "")
                        + ".",
                    hint: "The API does not say why. Ask again, over fewer days or dimensions; "
                        + "give the request id to Finout's support.", apiCode: "QUERY_FAILED",
                    requestID: reply.requestID)
            case .expired:
                throw Self.expired(query, requestID: reply.requestID)
            case .pending:
                seenRunning = (sent - submitted).seconds
                if HostLoop.now >= patience {
                    throw FinoutError(
                        .deadline,
                        "Query \(query) was still '\(last)' after \(configuration.queryPatience.text), the time one query may take.",
                        hint: "Ask for fewer days or dimensions.", requestID: reply.requestID)
                }
            }
        }
    }

    static func expired(_ query: String, requestID: String?) -> FinoutError {
        FinoutError(
            .resultsExpired, "The results of query \(query) are no longer kept.",
            hint: "Results are kept for 24 hours. Submit the query again.", apiCode: "RESULTS_EXPIRED",
            requestID: requestID)
    }
}
