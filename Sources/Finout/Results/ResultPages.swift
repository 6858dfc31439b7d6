import HostLoop
import RowDecoder

/// Reads the pages of one completed query in order, and proves that they are all of it.
@HostLoop final class ResultPages {
    /// Times one page is asked for when what came cannot be right.
    static let attempts = 3
    /// Times a completed query may say that it is not.
    static let earlyAnswers = 10

    let part: QueryPart
    private let client: FinoutClient
    private let plan: RowPlan
    private let interval: Interval
    private var ledger = RowLedger()
    private var cursor: String?
    private var usedCursors: Set<String> = []
    private var read = 0
    private var totalRows: Int?
    private(set) var isFinished = false

    init(part: QueryPart, client: FinoutClient, plan: RowPlan, interval: Interval) {
        self.part = part
        self.client = client
        self.plan = plan
        self.interval = interval
        totalRows = part.totalRows
    }

    /// The next page; nil when every row was read.
    /// Fails with `incomplete` if the pages cannot be the whole result, `bad_response` if one cannot be read, and as
    /// any call does.
    func next() async throws(FinoutError) -> Page? {
        if isFinished { return nil }
        var failure: FinoutError?
        for _ in 0..<Self.attempts {
            let page: Page
            switch try await fetch() {
            case .success(let decoded): page = decoded
            case .failure(let error):
                failure = problem(error)
                continue
            }
            if let problem = problem(of: page) {
                failure = problem
                // Rows of a page that was read are known to the ledger: asked for again, they would look repeated.
                if page.rowCount == 0 { continue }
                guard read == 0 else { break }
                ledger = RowLedger()
                continue
            }
            take(page)
            return page
        }
        // Whoever asks the same again, also a run that is resumed, is not given this result a second time.
        try client.submitted.forget(part.id)
        throw failure ?? .cancelled
    }

    private func take(_ page: Page) {
        read += page.rowCount
        totalRows = totalRows ?? page.totalRows
        isFinished = !page.hasMore
        cursor = page.nextCursor
        if let cursor { usedCursors.insert(cursor) }
        client.caller.statistics.pages += 1
        client.caller.statistics.rows += page.rowCount
        client.observer?(.page(query: part.id, rows: page.rowCount, read: read, total: totalRows))
    }

    /// Asks for the page at the cursor, and for the status whenever the service says that it is too early.
    private func fetch() async throws(FinoutError) -> Result<Page, PageError> {
        do throws(FinoutError) {
            return try await Self.whenReady(part.id, client: client) { [self] () async throws(FinoutError) in
                try await client.page(
                    of: part.id, cursor: cursor, size: client.configuration.pageSize, decode: decode)
            }
        } catch {
            if error.code == .resultsExpired { try client.submitted.forget(part.id) }
            throw error
        }
    }

    private func decode(_ response: HTTPResponse) throws(BrokenBody) -> Result<Page, PageError> {
        do throws(PageError) {
            // The body outlives the call, and its capacity is its own.
            let page = unsafe try Page(
                decoding: response.body.bytes, capacity: response.body.capacity, plan: plan, ledger: ledger)
            return .success(page)
        } catch {
            if error.kind == .malformed { throw BrokenBody(reason: error.message) }
            return .failure(error)
        }
    }

    /// What shows that a page cannot be right, or the result not whole.
    private func problem(of page: Page) -> FinoutError? {
        let count = read + page.rowCount
        if let days = page.days, !part.window.buckets(interval).contains(days) {
            return incomplete(
                "has rows of \(QueryWindow(firstDay: days.lowerBound, nextDay: days.upperBound + 1)), outside it", page)
        }
        if let totalRows, let said = page.totalRows, said != totalRows {
            return incomplete("says there are \(said) rows, and \(totalRows) were announced", page)
        }
        let expected = part.expectedRows ?? page.totalRows ?? totalRows
        if page.hasMore {
            guard let next = page.nextCursor else { return incomplete("has more pages but no cursor", page) }
            if next == cursor || usedCursors.contains(next) {
                return incomplete("gives the cursor '\(next)' a second time", page)
            }
            if page.rowCount == 0 { return incomplete("is empty although more pages follow", page) }
            if let expected, count >= expected, part.expectedRows == part.totalRows {
                return incomplete("brings the rows to \(count) of \(expected) and says that more follow", page)
            }
            return nil
        }
        if let expected, count != expected {
            return incomplete("is the last and brings the rows to \(count) of \(expected)", page)
        }
        if expected == nil, count == client.configuration.rowLimit {
            return incomplete(
                "brings the rows to exactly the limit of one query, and nothing says whether there are more", page)
        }
        return nil
    }

    private func incomplete(_ what: String, _ page: Page) -> FinoutError {
        FinoutError(
            .incomplete, "A page of query \(part.id) over \(part.window) \(what).",
            hint: "Run the query again; give the request id to Finout's support if it stays.",
            requestID: page.requestID, retryable: true)
    }

    private func problem(_ error: PageError) -> FinoutError {
        if case .repeated(let rows) = error.kind {
            return FinoutError(
                .incomplete,
                "A page of query \(part.id) over \(part.window) repeats \(rows) rows that were read before: \(error.message).",
                hint: "Run the query again.", retryable: true)
        }
        return FinoutError(
            .badResponse, "A page of query \(part.id) over \(part.window) cannot be read: \(error.message).",
            hint: "Run the query again; if it stays, the API answers differently from its documentation.")
    }

    /// The number of rows a query has, from a page of one row: for a status that did not say.
    static func total(of query: String, client: FinoutClient) async throws(FinoutError) -> Int? {
        try await whenReady(query, client: client) { () async throws(FinoutError) in
            try await client.page(of: query, cursor: nil, size: 1) { response throws(BrokenBody) in
                let pagination = try response.body.parsed()["pagination"]
                return pagination?["totalRows"]?.integer.flatMap { $0 >= 0 ? Int($0) : nil }
            }
        }
    }

    /// Repeats a call of the results, with the status asked in between, until it is not too early.
    private static func whenReady<Value>(
        _ query: String, client: FinoutClient,
        call: () async throws(FinoutError) -> Caller.Answer<Value>
    ) async throws(FinoutError) -> Value {
        var said = ""
        for _ in 0..<earlyAnswers {
            switch try await call() {
            case .value(let value): return value
            case .early(let reason): said = reason
            }
            _ = try await client.completion(of: query, kind: QueryKind.lateResults, submitted: HostLoop.now)
        }
        throw FinoutError(
            .badResponse,
            "The status of query \(query) is 'completed', but its results were not ready \(earlyAnswers) times: \(said).",
            hint: "Run the query again later.", retryable: true)
    }
}
