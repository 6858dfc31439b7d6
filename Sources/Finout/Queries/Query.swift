public import HostLoop
public import RowDecoder

/// A query of a script: one question, however many windows and pages it takes. It runs from the start.
@HostLoop public final class Query {
    /// What was asked.
    public let specification: QuerySpecification
    /// The API's ids of what was submitted so far.
    public private(set) var ids: [String] = []
    /// The API's ids of the requests that answered with pages of the result, as far as they were read.
    public private(set) var requestIDs: [String] = []
    /// Why the result is not whole, where the specification allows that.
    public private(set) var incomplete: FinoutError?
    /// Rows there are, as the API counts them, once the query has completed. Buckets that a split divided count twice.
    public private(set) var totalRows: Int?

    /// What ended it, where nobody has asked for its rows or its end.
    var unreadFailure: FinoutError? { isRead ? nil : failure }

    let client: FinoutClient
    private var isRead = false
    private var failure: FinoutError?
    private let planned = Latch<Result<RowPlan, FinoutError>>()
    private let done = Latch<Result<[QueryPart], FinoutError>>()
    private var task: Task<Void, Never>?

    init(client: FinoutClient, specification: QuerySpecification) {
        self.client = client
        self.specification = specification
        task = HostLoop.task { await self.run() }
    }

    /// Waits until the result is ready to be read.
    /// Fails with whatever ended the query; `cancelled` if the waiting task or the query was.
    public func wait() async throws(FinoutError) {
        isRead = true
        _ = try await done.wait().get()
    }

    /// The columns of the rows, as soon as the keys are known.
    public func plan() async throws(FinoutError) -> RowPlan {
        isRead = true
        return try await planned.wait().get()
    }

    /// The rows from the first on; each call reads the pages anew.
    public func rows() -> RowSource { RowSource(query: self) }

    /// Stops waiting, polling and reading. The API has no way to stop what it runs.
    public func cancel() {
        isRead = true
        task?.cancel()
    }

    /// Returns when nothing of the query is on its way any more.
    func ended() async { await task?.value }

    func parts() async throws(FinoutError) -> [QueryPart] {
        isRead = true
        return try await done.wait().get()
    }

    func add(_ id: String) { ids.append(id) }

    func note(request id: String) { if !requestIDs.contains(id) { requestIDs.append(id) } }

    func note(_ problem: FinoutError) {
        incomplete = incomplete ?? problem
        client.observer?(.warning("\(problem)"))
    }

    private func run() async {
        let result: Result<[QueryPart], FinoutError>
        do throws(FinoutError) {
            try specification.check()
            let resolved = try await client.keySource.resolve { (catalog) throws(FinoutError) in
                try self.specification.resolved(by: catalog)
            }
            planned.set(.success(resolved.rowPlan))
            let parts = try await QueryRun(client: client, specification: resolved, query: self).parts()
            let totals = parts.compactMap(\.totalRows)
            totalRows = totals.count == parts.count ? totals.reduce(0, +) : nil
            if totalRows == 0 { await explainEmptiness(of: resolved) }
            result = .success(parts)
        } catch {
            failure = error
            result = .failure(error)
            planned.set(.failure(error))
        }
        done.set(result)
        task = nil
        client.ended(self)
    }
}

extension QuerySpecification {
    /// The columns of a resolved query's rows: the interval, the dimensions, the measurements.
    var rowPlan: RowPlan {
        var columns = [RowColumn(.interval, name: interval.rawValue)]
        columns += dimensions.map { RowColumn(.dimension, name: $0.columnName, alias: $0.alias) }
        columns += measurements.map { measurement in
            let shape = RowColumn.MeasurementShape(
                aggregation: measurement.operator.merging, hasUnit: measurement.type.hasUnit)
            return RowColumn(.measurement(shape), name: measurement.columnName, alias: measurement.alias)
        }
        return RowPlan(columns: columns)
    }
}

extension Aggregation {
    var merging: MeasurementAggregation {
        switch self {
        case .sum: .sum
        case .avg: .average
        case .min: .minimum
        case .max: .maximum
        }
    }
}

extension Interval {
    var rows: RowInterval {
        switch self {
        case .day: .day
        case .week: .week
        case .month: .month
        }
    }
}
