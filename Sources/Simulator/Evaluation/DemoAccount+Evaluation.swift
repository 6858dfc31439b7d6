import HostLoop
public import RowDecoder

extension DemoAccount {
    /// The reference answer to a request body: every row in the API's order, whatever the body's row limit and however
    /// long its range.
    ///
    /// Fails as the API would for anything else that is wrong with the body.
    public func evaluate(_ body: JSONValue) throws(SimulatorError) -> [[String: JSONValue]] {
        let result = evaluate(try QueryRequest(body, allowingAnyRange: true), limit: .max)
        return result.rows.indices.map { result.values(ofRow: $0) }
    }

    /// Adds up the lines of the request's days that pass its filter, by group and time bucket, and orders the rows.
    func evaluate(_ request: QueryRequest, limit: Int) -> ResultSet {
        let lines = SelectedLines(account: self, request: request)
        var tally = Tally(request: request, groupCount: lines.groupCount)
        var buckets: [String] = []
        for day in days(in: request.days) {
            let label = Self.label(of: day, request.interval)
            if buckets.last != label {
                tally.finish(bucket: buckets.count - 1)
                buckets.append(label)
            }
            lines.visit(day) { group, item, unit in tally.add(item, unit: unit, to: group) }
        }
        tally.finish(bucket: buckets.count - 1)
        let order = RowOrder(account: self, request: request, tally: tally, groups: lines.groups).rows(limit: limit)
        let width = request.measurements.count
        var amounts: [Int64] = []
        var units: [Int16] = []
        amounts.reserveCapacity(order.count * width)
        units.reserveCapacity(order.count * width)
        for row in order {
            amounts += tally.amounts[row * width..<(row + 1) * width]
            units += tally.units[row * width..<(row + 1) * width]
        }
        return ResultSet(
            account: self, request: request, buckets: buckets, groups: lines.groups, rows: order.map { tally.rows[$0] },
            amounts: amounts, units: units, totalRows: tally.rows.count)
    }

    /// How a day's bucket is written: the day, the Monday of its week, or its month as `2026-10` (our choice: Finout
    /// does not say).
    static func label(of day: Day, _ interval: QueryRequest.Interval) -> String {
        switch interval {
        case .day: day.description
        case .week: day.firstOfWeek.description
        case .month: String(day.description.prefix(7))
        }
    }
}

/// The lines of an account that pass a request's filter, each with its group.
struct SelectedLines {
    private let account: DemoAccount
    private let series: [(index: Int, group: Int32)]
    /// Of each bulk resource; empty when there are none.
    private let bulkGroups: [Int32]
    /// The values of each group, one for each dimension, -1 where it has none.
    let groups: [Int32]

    let groupCount: Int

    init(account: DemoAccount, request: QueryRequest) {
        self.account = account
        let width = request.dimensions.count
        var known: [[Int32]: Int32] = [:]
        var groups: [Int32] = []
        func group(_ key: [Int32]) -> Int32 {
            if let group = known[key] { return group }
            let group = Int32(known.count)
            known[key] = group
            groups += key
            return group
        }
        func passes(_ values: [Int32]) -> Bool {
            request.filter?.passes { account.value(values[$0], in: $0) } ?? true
        }
        series = account.series.enumerated().compactMap { index, series in
            guard passes(series.values) else { return nil }
            return (index, group(request.dimensions.map { series.values[$0] }))
        }
        let resource = Column.awsExtractedResource.rawValue
        let place = request.dimensions.firstIndex(of: resource)
        let filtersResource = request.filter?.columns.contains(resource) ?? false
        bulkGroups = (0..<(account.bulk?.resourceCount ?? 0)).map { number in
            var values = account.bulk!.template(of: number).values
            if place != nil || filtersResource { values[resource] = account.bulk!.valueIndex(of: number) }
            guard passes(values) else { return -1 }
            return group(request.dimensions.map { values[$0] })
        }
        self.groups = groups
        groupCount = width == 0 ? min(1, known.count) : known.count
    }

    /// Calls `body` with the group, the line and its unit for each line of a day.
    func visit(_ day: Day, _ body: (Int32, LineItem, Int16) -> Void) {
        let number = day.daysSinceEpoch
        let weekday = day.weekday
        let isFirst = day.dayOfMonth == 1
        let factor = account.options.restated[day] ?? 1
        let (today, anchor) = (account.today.daysSinceEpoch, account.anchor.daysSinceEpoch)
        for (index, group) in series {
            guard
                let item = account.series[index].line(
                    on: number, weekday: weekday, isFirst: isFirst, today: today, anchor: anchor, factor: factor)
            else { continue }
            body(group, item, account.series[index].usage?.unit ?? ResultSet.noUnit)
        }
        guard let bulk = account.bulk else { return }
        for resource in 0..<bulk.count(on: number) where bulkGroups[resource] >= 0 {
            let template = bulk.template(of: resource)
            guard
                let item = template.line(
                    on: number, weekday: weekday, isFirst: isFirst, today: today, anchor: anchor,
                    salt: UInt64(resource), factor: factor)
            else { continue }
            body(bulkGroups[resource], item, template.usage?.unit ?? ResultSet.noUnit)
        }
    }
}
