public import HostLoop

/// A demo Finout account: 400 days of a mid-size software company's bills, the same for the same seed and day.
///
/// Amounts are whole millionths, so sums of any grouping are exact. Every line belongs to one cost center
/// (`Global/cost_center_type`); Kubernetes lines are the part of the cloud bills that workloads caused and carry the
/// cloud's dimensions too, so that totals count each dollar once.
public final class DemoAccount: Sendable {
    /// Days of data, today included.
    public static let dayCount = 400

    /// What the account was made from.
    public let options: DemoOptions
    /// The first day with data, UTC.
    public let firstDay: Day
    /// The last day with data, UTC.
    public let today: Day

    let anchor: Day
    let series: [LineSeries]
    let bulk: BulkResources?
    let units: [String]
    private let listedValues: [[String]]

    /// Makes the account.
    public init(_ options: DemoOptions) {
        self.options = options
        today = options.today
        firstDay = Day(daysSinceEpoch: options.today.daysSinceEpoch - Self.dayCount + 1)
        anchor = options.today.firstOfMonth
        var builder = SeriesBuilder(
            first: firstDay.daysSinceEpoch, today: today.daysSinceEpoch, anchor: anchor.daysSinceEpoch,
            seed: options.seed)
        builder.addAWS()
        builder.addKubernetes()
        builder.addGCP()
        builder.addAzure()
        builder.addOthers()
        var listed = builder.values
        if let bulk = options.bulk {
            let own = builder.series.count
            builder.addBulkTemplates()
            listed = builder.values
            let resource = Column.awsExtractedResource.rawValue
            listed[resource] = []
            let all = builder.series.map { series in
                var series = series
                series.values[resource] = -1
                return series
            }
            series = Array(all[..<own])
            self.bulk = BulkResources(
                days: bulk.days, rows: bulk.rows, templates: Array(all[own...]), seed: mix(options.seed, 0xb01c))
        } else {
            series = builder.series
            bulk = nil
        }
        units = builder.units
        listedValues = listed
    }

    /// The text of a value of a column; nil for -1, which is no value.
    func value(_ index: Int32, in column: Int) -> String? {
        guard index >= 0 else { return nil }
        if let bulk, column == Column.awsExtractedResource.rawValue { return bulk.name(of: Int(index)) }
        return listedValues[column][Int(index)]
    }

    /// The values of a column, in order.
    func values(in column: Int) -> [String] {
        if let bulk, column == Column.awsExtractedResource.rawValue {
            return (0..<bulk.resourceCount).map(bulk.name).sorted()
        }
        return listedValues[column].sorted()
    }

    /// The account's days within a range of days since the epoch; none for nil.
    func days(in range: ClosedRange<Int>?) -> [Day] {
        guard let range else { return [] }
        let first = max(range.lowerBound, firstDay.daysSinceEpoch)
        let last = min(range.upperBound, today.daysSinceEpoch)
        return first <= last ? (first...last).map { Day(daysSinceEpoch: $0) } : []
    }
}
