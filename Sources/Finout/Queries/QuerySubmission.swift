import HostLoop
import RowDecoder
import StateStore

/// One query of the API over one window: from its place among the running queries to its completion.
@HostLoop final class QuerySubmission {
    /// What is submitted, as text: equal bodies ask the same.
    let body: String
    private let window: QueryWindow
    private let specification: QuerySpecification
    private let client: FinoutClient

    init(_ specification: QuerySpecification, window: QueryWindow, client: FinoutClient) throws(FinoutError) {
        self.specification = specification
        self.window = window
        self.client = client
        do throws(JSONError) {
            let bytes = try specification.body(for: window, everyRow: client.configuration.rowLimit).serialized()
            body = String(decoding: bytes, as: UTF8.self)
        } catch {
            throw FinoutError(.badQuery, "The query cannot be written as JSON: \(error).")
        }
    }

    /// The query once its results are ready: one that the run submitted before, else a new one.
    func result() async -> Result<QueryPart, FinoutError> {
        do throws(FinoutError) {
            if let earlier = try client.submitted.earlier(body), let part = try await adopted(earlier) {
                return .success(part)
            }
            return .success(try await submitted())
        } catch {
            return .failure(error)
        }
    }

    private func submitted() async throws(FinoutError) -> QueryPart {
        try client.configuration.countQuery()
        let place = RunningPlace(client.caller)
        try await place.take()
        defer { place.leave() }
        let id = try await client.submit(body, window: window, place: place)
        let submitted = HostLoop.now
        try client.submitted.submitted(id, body: body)
        place.note(query: id, kind: kind, submitted: submitted)
        return try await completion(of: id, submitted: submitted, place: place)
    }

    /// Goes on with a query that runs or has completed already; nil if it is of no use any more.
    private func adopted(_ earlier: JournaledQuery) async throws(FinoutError) -> QueryPart? {
        client.caller.statistics.resumed += 1
        client.observer?(.resumed(query: earlier.query, window: window))
        if earlier.completed != nil {
            return try await part(earlier.query, submitted: earlier.submitted, totalRows: earlier.totalRows)
        }
        let place = RunningPlace(client.caller)
        place.adopt(query: earlier.query, kind: kind, submitted: earlier.submitted)
        defer { place.leave() }
        do throws(FinoutError) {
            return try await completion(of: earlier.query, submitted: earlier.submitted, place: place)
        } catch {
            guard [.queryFailed, .resultsExpired, .notFound].contains(error.code) else { throw error }
            try client.submitted.forget(earlier.query)
            return nil
        }
    }

    /// Waits until a query has completed, and knows then how many rows it has.
    private func completion(
        of id: String, submitted: Moment, place: RunningPlace
    ) async throws(FinoutError) -> QueryPart {
        let reply: StatusReply
        do throws(FinoutError) {
            reply = try await client.completion(of: id, kind: kind, submitted: submitted)
            place.mayRun = false
            place.leave()
        } catch {
            if error.code == .queryFailed || error.code == .resultsExpired {
                place.mayRun = false
                try client.submitted.forget(id)
            }
            throw error
        }
        try client.submitted.completed(id, totalRows: reply.totalRows)
        return try await part(id, submitted: submitted, totalRows: reply.totalRows)
    }

    private func part(_ id: String, submitted: Moment, totalRows: Int?) async throws(FinoutError) -> QueryPart {
        var total = totalRows
        if total == nil { total = try await ResultPages.total(of: id, client: client) }
        let expected = total.map { min($0, specification.rowLimit ?? $0) }
        return QueryPart(id: id, window: window, totalRows: total, expectedRows: expected, submitted: submitted)
    }

    private var kind: String { QueryKind.text(specification, window: window) }
}
