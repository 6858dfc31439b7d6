/// Rows of costs, column by column: each distinct text is kept once, so that a condition on a column is decided once for
/// each text and not for each row.
public struct CostRows: Sendable {
    /// The texts of a column.
    struct Column: Sendable {
        /// Each distinct text.
        var texts: [String] = []
        /// The place of each text.
        var places: [String: Int32] = [:]
        /// The place of each row's text, -1 where it has none.
        var rows: [Int32] = []

        /// A row's text.
        func text(_ row: Int) -> String? { rows[row] < 0 ? nil : texts[Int(rows[row])] }

        mutating func append(_ text: String?) {
            guard let text else {
                rows.append(-1)
                return
            }
            if let place = places[text] {
                rows.append(place)
            } else {
                let place = Int32(texts.count)
                places[text] = place
                texts.append(text)
                rows.append(place)
            }
        }
    }

    /// The names of the columns.
    public let columns: [String]
    /// What each row cost.
    public private(set) var amounts: [Decimal] = []
    /// The unit of all amounts; nil where none was named.
    public private(set) var unit: String?
    /// Whether each row has a day; nil before the first.
    public private(set) var haveDays: Bool?
    private(set) var days: [Int32] = []
    /// How many rows of the source each stands for.
    private(set) var numbers: [Int] = []
    private(set) var data: [Column]

    /// No rows yet. Fails with `invalid` where two columns have one name.
    public init(columns: [String]) throws(FinOpsError) {
        for (index, name) in columns.enumerated() where columns[..<index].contains(name) {
            throw FinOpsError(.invalid, "Two columns are named '\(name)'. Give each a name of its own.")
        }
        self.columns = columns
        data = columns.map { _ in Column() }
    }

    /// How many rows there are.
    public var count: Int { amounts.count }

    /// Adds a row: its texts in the order of the columns, nil where it has none. It may stand for a `number` of rows that
    /// differ in their amounts alone.
    ///
    /// Fails with `invalid` for another number of texts than columns, for a unit other than that of the rows before, and
    /// where some rows have a day and others none.
    public mutating func append(
        day: CostDay?, _ texts: [String?], amount: Decimal, unit: String? = nil, number: Int = 1
    ) throws(FinOpsError) {
        guard texts.count == columns.count else {
            throw FinOpsError(
                .invalid, "Row \(count + 1) has \(texts.count) values for \(columns.count) columns.")
        }
        guard haveDays ?? (day != nil) == (day != nil) else {
            throw FinOpsError(
                .invalid, "Row \(count + 1) has \(day == nil ? "no" : "a") day, unlike the rows before it.")
        }
        if let unit {
            guard count == 0 || self.unit == unit else {
                throw FinOpsError(
                    .invalid,
                    "Row \(count + 1) is in \(unit), the rows before it in \(self.unit ?? "no unit"). Amounts of different units cannot be added: query them apart."
                )
            }
            self.unit = unit
        } else if let unit = self.unit {
            throw FinOpsError(.invalid, "Row \(count + 1) has no unit, the rows before it are in \(unit).")
        }
        haveDays = day != nil
        days.append(Int32(truncatingIfNeeded: day?.number ?? 0))
        for (index, text) in texts.enumerated() { data[index].append(text) }
        amounts.append(amount)
        numbers.append(number)
    }

    /// A row's day.
    public func day(_ row: Int) -> CostDay? { haveDays == true ? CostDay(Int(days[row])) : nil }

    /// A row's text in the column at a place; nil where it has none.
    public func text(_ row: Int, _ column: Int) -> String? { data[column].text(row) }
}
