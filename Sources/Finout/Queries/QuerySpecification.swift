public import HostLoop

/// What a query asks, before any window, limit or column name: every request field of `POST /generate-query`.
public struct QuerySpecification: Sendable {
    /// The range of time asked about.
    public var dates: QueryDates
    /// The bucket rows are grouped into.
    public var interval: Interval
    /// The order of the buckets, if rows are sorted by bucket.
    public var intervalSort: SortDirection?
    /// One to five.
    public var measurements: [Measurement]
    /// At most 20.
    public var dimensions: [Dimension]
    /// Which rows count.
    public var filter: Filter?
    /// Only the top N rows are wanted; nil means every row there is.
    public var rowLimit: Int?
    /// A result that cannot be whole is delivered with `Query.incomplete` set, instead of failing.
    public var allowPartial: Bool

    /// A query over `dates`; the defaults are the documented ones.
    public init(
        dates: QueryDates, interval: Interval = .day, intervalSort: SortDirection? = nil,
        measurements: [Measurement] = [Measurement(type: .netAmortizedCost)], dimensions: [Dimension] = [],
        filter: Filter? = nil, rowLimit: Int? = nil, allowPartial: Bool = false
    ) {
        self.dates = dates
        self.interval = interval
        self.intervalSort = intervalSort
        self.measurements = measurements
        self.dimensions = dimensions
        self.filter = filter
        self.rowLimit = rowLimit
        self.allowPartial = allowPartial
    }

    /// A query over whole UTC days, both included.
    public init(
        days: ClosedRange<Day>, interval: Interval = .day, intervalSort: SortDirection? = nil,
        measurements: [Measurement] = [Measurement(type: .netAmortizedCost)], dimensions: [Dimension] = [],
        filter: Filter? = nil, rowLimit: Int? = nil, allowPartial: Bool = false
    ) {
        self.init(
            dates: .days(first: days.lowerBound, last: days.upperBound), interval: interval,
            intervalSort: intervalSort, measurements: measurements, dimensions: dimensions, filter: filter,
            rowLimit: rowLimit, allowPartial: allowPartial)
    }
}

/// The range of a query.
public enum QueryDates: Hashable, Sendable {
    /// Whole UTC days, both included.
    case days(first: Day, last: Day)
    /// The API's own two numbers, sent as they are. Milliseconds since 1970 UTC.
    case milliseconds(start: Int64, end: Int64)
}

/// The buckets the API groups by; also the name of the interval's column.
public enum Interval: String, Sendable, CaseIterable {
    /// A UTC day.
    case day
    /// Seven days.
    case week
    /// A calendar month.
    case month
}

/// What the API can measure. Source: cost-and-usage `measurements[].type`.
public enum MeasurementType: String, Sendable, CaseIterable {
    /// Averaged over an organization.
    case blendedCost
    /// As invoiced.
    case unblendedCost
    /// As invoiced, discounts folded in.
    case netUnblendedCost
    /// Commitments spread over their term.
    case amortizedCost
    /// Commitments spread, after discounts: Finout's default.
    case netAmortizedCost
    /// The provider's price list.
    case listCost
    /// Raw usage, with a unit.
    case usageAmount
    /// Normalized usage, with a unit.
    case normalizedUsageAmount

    /// Usage comes with a unit, cost without.
    public var hasUnit: Bool { self == .usageAmount || self == .normalizedUsageAmount }
}

/// How values of one bucket become one.
public enum Aggregation: String, Sendable, CaseIterable {
    /// Total.
    case sum
    /// Mean: cannot be put together from parts.
    case avg
    /// Smallest.
    case min
    /// Largest.
    case max
}

/// The order of a sort field.
public enum SortDirection: String, Sendable, CaseIterable {
    /// Smallest first.
    case ascending
    /// Largest first: the API's default.
    case descending
}

/// One measured value of a row.
public struct Measurement: Hashable, Sendable {
    /// What is measured.
    public var type: MeasurementType
    /// How; always sent, because the API does not say what it does without.
    public var `operator`: Aggregation
    /// The field's name in a row; nil keeps the API's own column and its `{amount, unit}` form.
    public var alias: String?
    /// Sorts the result by this measurement.
    public var sort: SortDirection?

    /// A measurement, `sum` unless said otherwise.
    public init(
        type: MeasurementType, `operator`: Aggregation = .sum, alias: String? = nil, sort: SortDirection? = nil
    ) {
        self.type = type
        self.`operator` = `operator`
        self.alias = alias
        self.sort = sort
    }
}

/// One grouping of a query.
public struct Dimension: Hashable, Sendable {
    /// What is grouped by.
    public var key: KeyReference
    /// The field's name in a row; nil keeps the API's own column.
    public var alias: String?
    /// Sorts the result by this dimension.
    public var sort: SortDirection?

    /// A grouping by `key`.
    public init(key: KeyReference, alias: String? = nil, sort: SortDirection? = nil) {
        self.key = key
        self.alias = alias
        self.sort = sort
    }
}
