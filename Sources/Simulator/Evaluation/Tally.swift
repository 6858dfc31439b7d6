/// Adds up lines by group, one time bucket after the other.
struct Tally {
    private struct Cell {
        var amount: Int64 = 0
        var count: Int64 = 0
        var unit = ResultSet.noUnit

        mutating func add(_ value: Int64, _ aggregation: QueryRequest.Aggregation) {
            switch aggregation {
            case .sum, .avg: amount += value
            case .min: amount = count == 0 ? value : Swift.min(amount, value)
            case .max: amount = count == 0 ? value : Swift.max(amount, value)
            }
            count += 1
        }

        /// Averages are rounded to millionths, halves away from zero.
        func value(_ aggregation: QueryRequest.Aggregation) -> Int64 {
            guard count > 0 else { return ResultSet.noAmount }
            guard aggregation == .avg else { return amount }
            let half = amount < 0 ? -count / 2 : count / 2
            return (amount + half) / count
        }
    }

    private let request: QueryRequest
    private let sortMeasurement: Int
    private var cells: [Cell]
    private var isTouched: [Bool]
    private var touched: [Int32] = []
    private var totals: [Cell]

    /// Bucket by bucket; within one, in the order of the groups' first lines.
    private(set) var rows: [ResultSet.Row] = []
    private(set) var amounts: [Int64] = []
    private(set) var units: [Int16] = []

    init(request: QueryRequest, groupCount: Int) {
        self.request = request
        sortMeasurement = if case .measurement(let index, _) = request.sort { index } else { 0 }
        cells = Array(repeating: Cell(), count: groupCount * request.measurements.count)
        isTouched = Array(repeating: false, count: groupCount)
        totals = Array(repeating: Cell(), count: groupCount)
    }

    /// Adds a line to a group; a line without a unit has no usage and counts for no usage measurement.
    mutating func add(_ item: LineItem, unit: Int16, to group: Int32) {
        let group = Int(group)
        if !isTouched[group] {
            isTouched[group] = true
            touched.append(Int32(group))
        }
        for (place, measurement) in request.measurements.enumerated() {
            if measurement.measure.isUsage && unit < 0 { continue }
            let index = group * request.measurements.count + place
            let amount = item.amount(measurement.measure)
            if measurement.measure.isUsage {
                let isSame = cells[index].count == 0 || cells[index].unit == unit
                cells[index].unit = isSame ? unit : ResultSet.severalUnits
            }
            cells[index].add(amount, measurement.aggregation)
            if place == sortMeasurement { totals[group].add(amount, measurement.aggregation) }
        }
    }

    /// Makes rows of what was added since the last call: those of the time bucket `bucket`.
    mutating func finish(bucket: Int) {
        for group in touched {
            rows.append(ResultSet.Row(bucket: Int32(bucket), group: group))
            for (place, measurement) in request.measurements.enumerated() {
                let index = Int(group) * request.measurements.count + place
                amounts.append(cells[index].value(measurement.aggregation))
                units.append(cells[index].unit)
                cells[index] = Cell()
            }
            isTouched[Int(group)] = false
        }
        touched.removeAll(keepingCapacity: true)
    }

    /// The aggregated measurement that rows are sorted by, of each group over all buckets.
    var groupTotals: [Int64] {
        totals.map { $0.value(request.measurements[sortMeasurement].aggregation) }
    }
}
