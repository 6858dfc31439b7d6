/// Collects an account's series and the values their columns have.
struct SeriesBuilder {
    /// The first and last day with data, and the first of today's month: what events and growth are counted from.
    let first: Int
    let today: Int
    let anchor: Int
    let seed: UInt64
    private(set) var series: [LineSeries] = []
    private(set) var values: [[String]] = Array(repeating: [], count: Column.allCases.count)
    private(set) var units: [String] = []
    private var valueIndex: [[String: Int32]] = Array(repeating: [:], count: Column.allCases.count)

    init(first: Int, today: Int, anchor: Int, seed: UInt64) {
        self.first = first
        self.today = today
        self.anchor = anchor
        self.seed = seed
    }

    /// Weekday factors, Monday to Sunday.
    enum Week {
        static let flat: [Double] = [1, 1, 1, 1, 1, 1, 1]
        /// Work that people start: less at weekends.
        static let office: [Double] = [1.08, 1.12, 1.13, 1.11, 1.04, 0.78, 0.74]
        /// Machines that are switched off at weekends.
        static let workday: [Double] = [1.25, 1.27, 1.27, 1.26, 1.2, 0.4, 0.35]
        /// Shoppers: more at weekends.
        static let consumer: [Double] = [0.94, 0.93, 0.94, 0.97, 1.04, 1.12, 1.06]
    }

    /// Adds a series of `monthly` US dollars a month of 30 days at the anchor, list price; a series with a schedule
    /// of its own bills that amount each time.
    mutating func add(
        _ columns: [Column: String], monthly: Double, charge: LineSeries.Charge = .onDemand,
        schedule: LineSeries.Schedule = .daily, growth: Double = 0, week: [Double] = Week.flat, noise: Double = 0.04,
        starting: Int? = nil, ending: Int? = nil, net: Double = 1, blend: Double = 1,
        usage: (unit: String, price: Double, factor: Double)? = nil, spikes: [LineSeries.Spike] = [],
        lag: [Double] = []
    ) {
        let first = max(self.first, starting ?? self.first)
        let last = min(today, ending ?? today)
        guard first <= last else { return }
        var row = [Int32](repeating: -1, count: Column.allCases.count)
        for (column, value) in columns { row[column.rawValue] = index(of: value, in: column) }
        var base = monthly
        if case .daily = schedule { base /= 30 }
        series.append(
            LineSeries(
                values: row, charge: charge, schedule: schedule, base: base, growth: growth, week: week, noise: noise,
                days: first...last, net: net, blend: blend,
                usage: usage.map { LineSeries.Usage(price: $0.price, factor: $0.factor, unit: unitIndex($0.unit)) },
                spikes: spikes, lag: lag, seed: mix(seed, UInt64(series.count))))
    }

    /// A number from 0 up to 1 that belongs to a name, by the seed.
    func chance(_ name: String) -> Double { fraction(mix(seed, stableHash(name.utf8))) }

    /// A day so many days before the anchor.
    func daysAgo(_ count: Int) -> Int { anchor - count }

    private mutating func index(of value: String, in column: Column) -> Int32 {
        if let known = valueIndex[column.rawValue][value] { return known }
        let index = Int32(values[column.rawValue].count)
        values[column.rawValue].append(value)
        valueIndex[column.rawValue][value] = index
        return index
    }

    private mutating func unitIndex(_ unit: String) -> Int16 {
        if let known = units.firstIndex(of: unit) { return Int16(known) }
        units.append(unit)
        return Int16(units.count - 1)
    }
}
