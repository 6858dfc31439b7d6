public import HostLoop
public import RowDecoder

/// The rows of a query, page by page: while one page is used up the next is on its way, and no third exists.
@HostLoop public final class RowSource {
    private let query: Query
    private var current: RowReader?
    private var pages: PageSequence?
    private var pending: Task<Result<PageSequence.Step, FinoutError>, Never>?
    private var end: Result<Void, FinoutError>?
    private var isAdvancing = false
    /// Bytes of the page in use; the one on its way takes about as much.
    public private(set) var pageBytes = 0

    init(query: Query) {
        self.query = query
    }

    deinit { pending?.cancel() }

    /// Walks the rows. To be asked for only after `advance` returned once.
    public var reader: RowReader {
        guard let current else { preconditionFailure("RowSource.reader before the first advance()") }
        return current
    }

    /// Makes sure that the reader has a row; false when there is none any more.
    /// Fails with whatever ended the query or the reading, each time again; only after `cancelled` may it be called anew.
    public func advance() async throws(FinoutError) -> Bool {
        if isAdvancing {
            throw FinoutError(
                .badArgument, "Two tasks read the same rows at the same time.",
                hint: "Let each ask for rows of its own.")
        }
        isAdvancing = true
        defer { isAdvancing = false }
        let pages = try await opened()
        while !reader.hasRow {
            if let end {
                pageBytes = 0
                try end.get()
                return false
            }
            switch try await nextStep(of: pages) {
            case .page(let page):
                reader.give(page)
                if let id = page.requestID { query.note(request: id) }
                pageBytes = page.byteCount
                request(pages)
                // The script may use up the page without a wait: the request has to be on its way before.
                await HostLoop.yield()
            case .partEnded(let index):
                if pages.isInTimeOrder || index == pages.lastIndex { reader.finishWindow(index) }
            case .ended:
                end = .success(())
            }
        }
        return true
    }

    private func opened() async throws(FinoutError) -> PageSequence {
        if let pages { return pages }
        let parts = try await query.parts()
        let plan = try await query.plan()
        let isInTimeOrder = query.specification.intervalSort != .descending
        current = RowReader(
            plan: plan, cuts: parts.map(\.window.firstDay).sorted().dropFirst().map { $0 },
            interval: query.specification.interval.rows)
        let pages = PageSequence(query: query, parts: parts, plan: plan, isInTimeOrder: isInTimeOrder)
        self.pages = pages
        return pages
    }

    private func request(_ pages: PageSequence) {
        pending = HostLoop.task { await pages.step() }
    }

    private func nextStep(of pages: PageSequence) async throws(FinoutError) -> PageSequence.Step {
        if pending == nil { request(pages) }
        guard let task = pending else { throw .cancelled }
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        pending = nil
        do throws(FinoutError) {
            return try result.get()
        } catch {
            if error.code != .cancelled { end = .failure(error) }
            throw error
        }
    }
}

/// The pages of all parts, one after another, with the ends between them.
@HostLoop final class PageSequence {
    enum Step: Sendable {
        case page(Page)
        case partEnded(Int)
        case ended
    }

    let isInTimeOrder: Bool
    private let query: Query
    private let parts: [QueryPart]
    private let plan: RowPlan
    private var index = 0
    private var open: ResultPages?

    init(query: Query, parts: [QueryPart], plan: RowPlan, isInTimeOrder: Bool) {
        self.query = query
        self.parts = parts
        self.plan = plan
        self.isInTimeOrder = isInTimeOrder
    }

    var lastIndex: Int { parts.count - 1 }

    /// The next page, or what comes instead of one.
    func step() async -> Result<Step, FinoutError> {
        guard index < parts.count else { return .success(.ended) }
        let part = parts[index]
        let pages =
            open
            ?? ResultPages(
                part: part, client: query.client, plan: plan, interval: query.specification.interval)
        open = pages
        do throws(FinoutError) {
            if let page = try await pages.next() { return .success(.page(page)) }
        } catch {
            guard query.specification.allowPartial, error.code == .incomplete else { return .failure(error) }
            query.note(error)
        }
        open = nil
        index += 1
        return .success(.partEnded(index - 1))
    }
}
