/// Costs by series, part and day, added up exactly, with the calendar between the first and last day filled.
public struct DailyCosts: Sendable {
    private struct Key: Hashable {
        let series: Int
        let part: Int
        let day: Int
    }

    private var sums: [Key: DecimalSum] = [:]
    private var series = Names()
    private var parts = Names()

    /// No costs yet.
    public init() {}

    /// Adds a row's cost. A part is what a series can be told apart by, to say who moved it.
    public mutating func add(_ amount: Decimal, series name: String, part: String? = nil, on day: CostDay) {
        let key = Key(series: series.place(name), part: part.map { parts.place($0) } ?? -1, day: day.number)
        sums[key, default: DecimalSum()].add(amount)
    }

    /// The costs in a calendar that ends on a day at the latest, as if later ones were not known yet. Fails with
    /// `overflow`.
    func calendar(through last: CostDay) throws(FinOpsError) -> CostCalendar {
        var rows: [CostCalendar.Row] = []
        for (key, sum) in sums where key.day <= last.number {
            rows.append(
                CostCalendar.Row(
                    series: series.texts[key.series], part: key.part < 0 ? nil : parts.texts[key.part], day: key.day,
                    amount: try sum.total()))
        }
        return try CostCalendar(rows)
    }

    private struct Names: Sendable {
        var texts: [String] = []
        private var places: [String: Int] = [:]

        mutating func place(_ text: String) -> Int {
            if let place = places[text] { return place }
            places[text] = texts.count
            texts.append(text)
            return texts.count - 1
        }
    }
}

/// A filled calendar: a series is zero on a day on which it has no row but another has, and unknown on a day without any.
struct CostCalendar: Sendable {
    struct Row {
        let series: String
        let part: String?
        let day: Int
        let amount: Decimal
    }

    /// By name.
    let series: [DailySeries]
    let total: DailySeries
    /// How many series have a row on each day.
    let present: [Int]
    private let parts: [String: [String: [Int: Decimal]]]

    init(_ rows: [Row]) throws(FinOpsError) {
        let first = rows.map(\.day).min() ?? 0
        let count = rows.isEmpty ? 0 : (rows.map(\.day).max() ?? 0) - first + 1
        var sums: [String: [Int: DecimalSum]] = [:]
        var totals: [Int: DecimalSum] = [:]
        var parts: [String: [String: [Int: Decimal]]] = [:]
        for row in rows {
            sums[row.series, default: [:]][row.day - first, default: DecimalSum()].add(row.amount)
            totals[row.day - first, default: DecimalSum()].add(row.amount)
            if let part = row.part { parts[row.series, default: [:]][part, default: [:]][row.day - first] = row.amount }
        }
        func values(_ days: [Int: DecimalSum]) throws(FinOpsError) -> [Double?] {
            var values: [Double?] = []
            for day in 0..<count {
                if let sum = days[day] {
                    values.append(Double(try sum.total()))
                } else {
                    values.append(totals[day] == nil ? nil : 0)
                }
            }
            return values
        }
        var series: [DailySeries] = []
        for (name, days) in sums.sorted(by: { $0.key.bytes < $1.key.bytes }) {
            series.append(DailySeries(name, first: CostDay(first), values: try values(days)))
        }
        self.series = series
        total = DailySeries(nil, first: CostDay(first), values: try values(totals))
        present = (0..<count).map { day in sums.values.count { $0[day] != nil } }
        self.parts = parts
    }

    /// The parts of a series by name; of the total, the series.
    func parts(of name: String?) -> [(name: String, value: (Int) -> Double)] {
        guard let name else { return series.map { series in (series.name ?? "", { series.values[$0] ?? 0 }) } }
        return (parts[name] ?? [:]).sorted { $0.key.bytes < $1.key.bytes }
            .map { part in (part.key, { part.value[$0].map { Double($0) } ?? 0 }) }
    }
}
