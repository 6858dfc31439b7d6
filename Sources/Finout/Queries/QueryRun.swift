import HostLoop
import RowDecoder

/// A completed query of the API: one window of what was asked.
struct QueryPart: Sendable {
    let id: String
    let window: QueryWindow
    /// Rows there are, as far as the API said.
    let totalRows: Int?
    /// Rows that are to be read; fewer than there are only with `rowLimit`, or where `allowPartial` gave up on the rest.
    let expectedRows: Int?
    let submitted: Moment
}

/// Brings one query of a script to completion: windows, places, submissions, polling and splitting.
@HostLoop final class QueryRun {
    private let client: FinoutClient
    private let specification: QuerySpecification
    private let query: Query

    init(client: FinoutClient, specification: QuerySpecification, query: Query) {
        self.client = client
        self.specification = specification
        self.query = query
    }

    /// Every part, in the order of delivery.
    func parts() async throws(FinoutError) -> [QueryPart] {
        try await parts(of: try WindowPlan.windows(of: specification.dates, interval: specification.interval))
    }

    /// All windows at once, bounded by the account's limits; their parts in order. The first failure ends the others.
    private func parts(of windows: [QueryWindow]) async throws(FinoutError) -> [QueryPart] {
        let ordered = specification.intervalSort == .descending ? windows.reversed() : windows
        if ordered.count == 1 { return try await parts(of: ordered[0]) }
        let results = await withTaskGroup(of: (Int, Result<[QueryPart], FinoutError>).self) { group in
            for (index, window) in ordered.enumerated() {
                group.addTask { await self.outcome(of: window, index: index) }
            }
            var results: [Result<[QueryPart], FinoutError>?] = Array(repeating: nil, count: ordered.count)
            for await (index, result) in group {
                results[index] = result
                if case .failure = result { group.cancelAll() }
            }
            return results.compactMap { $0 }
        }
        let failures = results.compactMap { result in
            if case .failure(let error) = result { error } else { nil }
        }
        // The others were cancelled because of the one.
        if let cause = failures.first(where: { $0.code != .cancelled }) ?? failures.first { throw cause }
        var parts: [QueryPart] = []
        for result in results { parts += try result.get() }
        return parts
    }

    private func outcome(of window: QueryWindow, index: Int) async -> (Int, Result<[QueryPart], FinoutError>) {
        do throws(FinoutError) {
            return (index, .success(try await parts(of: window)))
        } catch {
            return (index, .failure(error))
        }
    }

    private func parts(of window: QueryWindow) async throws(FinoutError) -> [QueryPart] {
        let part = try await complete(window)
        // At exactly the limit nobody can tell a whole result from one that was cut there (C11).
        guard specification.rowLimit == nil, let total = part.totalRows, total >= client.configuration.rowLimit else {
            return [part]
        }
        let count = WindowPlan.parts(total: total, limit: client.configuration.rowLimit)
        let isAverage = specification.measurements.contains { $0.operator == .avg }
        let problem: FinoutError
        if let field = specification.sortedField {
            problem = over(
                part, total, "and \(field) asks for an order over all of them, which parts do not have",
                hint: "Leave sortDirection out and sort the rows.")
        } else if let windows = WindowPlan.split(
            window, parts: count, interval: specification.interval,
            onlyBetweenBuckets: isAverage && specification.interval != .day)
        {
            client.caller.statistics.splits += 1
            client.observer?(.split(window: window, rows: total, parts: windows.count))
            return try await parts(of: windows)
        } else if window.nextDay - window.firstDay > 1 {
            problem = over(
                part, total, "and an avg of a \(specification.interval.rawValue) cannot be put together from parts",
                hint: "Ask for sum, or by day; or add a filter, or use fewer dimensions.")
        } else {
            problem = over(
                part, total, "and a single day cannot be cut", hint: "Add a filter, or use fewer dimensions.")
        }
        guard specification.allowPartial else { throw problem }
        query.note(problem)
        return [
            QueryPart(
                id: part.id, window: window, totalRows: total, expectedRows: min(total, client.configuration.rowLimit),
                submitted: part.submitted)
        ]
    }

    private func over(_ part: QueryPart, _ total: Int, _ reason: String, hint: String) -> FinoutError {
        let rows =
            total == client.configuration.rowLimit
            ? "exactly \(total) rows, which may be all or only the first" : "\(total) rows"
        return FinoutError(
            .incomplete,
            "The query over \(part.window) has \(rows); the API gives at most \(client.configuration.rowLimit) of one query, \(reason).",
            hint: hint, apiCode: "ROW_LIMIT_EXCEEDED")
    }

    /// The completed query over a window, shared with whoever asks the same.
    private func complete(_ window: QueryWindow) async throws(FinoutError) -> QueryPart {
        let submission = try QuerySubmission(specification, window: window, client: client)
        let (part, isShared) = try await client.submitted.part(of: submission.body) { await submission.result() }
        if isShared { client.caller.statistics.shared += 1 }
        query.add(part.id)
        return part
    }
}

extension QuerySpecification {
    /// The measurement or dimension that the result is sorted by.
    var sortedField: String? {
        if let index = measurements.firstIndex(where: { $0.sort != nil }) { return Self.place("measurements", index) }
        return dimensions.firstIndex { $0.sort != nil }.map { Self.place("dimensions", $0) }
    }
}
