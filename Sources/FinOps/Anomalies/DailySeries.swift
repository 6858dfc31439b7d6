/// A cost for each day of a stretch of the calendar.
package struct DailySeries: Sendable {
    /// Whose cost; nil stands for the total.
    package let name: String?
    /// The first day.
    package let first: CostDay
    /// A cost for each day from the first on: zero where the series had none, nil where nothing at all is known of a day.
    package let values: [Double?]

    /// A series.
    package init(_ name: String?, first: CostDay, values: [Double?]) {
        precondition(values.allSatisfy { $0?.isFinite ?? true }, "a cost must be a number")
        self.name = name
        self.first = first
        self.values = values
    }

    /// The last day.
    package var last: CostDay { first.advanced(by: values.count - 1) }

    /// Where a day stands; nil outside.
    func index(of day: CostDay) -> Int? {
        let index = first.distance(to: day)
        return values.indices.contains(index) ? index : nil
    }

    /// A day's cost; nil outside and where nothing is known.
    func value(on day: CostDay) -> Double? { index(of: day).flatMap { values[$0] } }
}
