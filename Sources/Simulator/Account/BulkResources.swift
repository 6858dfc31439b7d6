import HostLoop

/// Very many small resources: `AWS/extracted_resource` by day has exactly `rows` rows over `days`.
///
/// One row of each day is that of the lines without a resource, so a day has one resource fewer than rows.
struct BulkResources: Sendable {
    let days: ClosedRange<Int>
    let rows: Int
    private let templates: [LineSeries]
    private let seed: UInt64

    init(days: ClosedRange<Day>, rows: Int, templates: [LineSeries], seed: UInt64) {
        self.days = days.lowerBound.daysSinceEpoch...days.upperBound.daysSinceEpoch
        self.rows = rows
        self.templates = templates
        self.seed = seed
    }

    /// Resources with a line on a day: rows spread evenly, one more on the first days if they do not divide.
    func count(on day: Int) -> Int {
        guard days.contains(day) else { return 0 }
        let rest = day - days.lowerBound < rows % days.count ? 1 : 0
        return max(0, rows / days.count + rest - 1)
    }

    /// Resources there are at all: those of the first day.
    var resourceCount: Int { count(on: days.lowerBound) }

    /// What a resource bills, with the columns it has beside its name.
    func template(of resource: Int) -> LineSeries { templates[resource % templates.count] }

    /// A resource's value of `AWS/extracted_resource`: beyond the account's listed values, made when it is read.
    func valueIndex(of resource: Int) -> Int32 { Int32(resource) }

    /// The name of a resource, like an instance id.
    func name(of resource: Int) -> String { "i-0" + hexadecimal(mix(seed ^ UInt64(resource))) }
}
