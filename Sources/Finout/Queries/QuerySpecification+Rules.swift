import HostLoop

/// The API's rules, checked before a submission is spent. Sources: cost-and-usage "Request fields" and "Limit errors",
/// facts.md section 1 for filters.
extension QuerySpecification {
    static let maximumDimensions = 20
    static let maximumFilters = 30
    static let maximumVirtualTags = 3
    static let maximumMeasurements = 5

    /// Fails with `bad_query` that names the field, the rule and the API's code. Needs no catalogue.
    public func check() throws(FinoutError) {
        try checkMeasurements()
        try checkDimensions()
        if let filter { try filter.check() }
        if let rowLimit, !(1...RouteTable.rowLimit).contains(rowLimit) {
            throw Self.refusal(
                "rowLimit", "is \(rowLimit); the API gives 1 to 100,000 rows", api: "ROW_LIMIT_EXCEEDED",
                hint: "Leave rowLimit out to get every row.")
        }
        try checkSort()
        try checkDates()
    }

    /// The same query with every key's id and type. Fails as `check` and `KeyCatalog.resolve` do.
    public func resolved(by catalog: KeyCatalog) throws(FinoutError) -> QuerySpecification {
        var resolved = self
        for index in dimensions.indices {
            resolved.dimensions[index].key = try catalog.resolve(
                dimensions[index].key, field: Self.place("dimensions", index))
        }
        resolved.filter = try filter?.resolved(by: catalog, path: "filters")
        try resolved.checkVirtualTags()
        try resolved.checkNames()
        return resolved
    }

    private func checkMeasurements() throws(FinoutError) {
        if measurements.isEmpty {
            throw Self.refusal(
                "measurements", "is empty; a query needs 1 to 5", hint: "Name one, \"netAmortizedCost\".")
        }
        if measurements.count > Self.maximumMeasurements {
            throw Self.refusal("measurements", "holds \(measurements.count); a query takes at most 5")
        }
        var seen: Set<String> = []
        for (index, measurement) in measurements.enumerated() where !seen.insert(measurement.columnName).inserted {
            throw Self.refusal(Self.place("measurements", index), "asks for \(measurement.columnName) a second time")
        }
    }

    private func checkDimensions() throws(FinoutError) {
        if dimensions.count > Self.maximumDimensions {
            throw Self.refusal(
                "dimensions", "holds \(dimensions.count); a query takes at most 20", api: "DIMENSIONS_LIMIT_EXCEEDED")
        }
    }

    private func checkSort() throws(FinoutError) {
        var sorted: [String] = intervalSort == nil ? [] : ["timeInterval"]
        for (index, measurement) in measurements.enumerated() where measurement.sort != nil {
            sorted.append(Self.place("measurements", index))
        }
        for (index, dimension) in dimensions.enumerated() where dimension.sort != nil {
            sorted.append(Self.place("dimensions", index))
        }
        if sorted.count > 1 {
            throw Self.refusal(
                "\(sorted[1]).sortDirection", "is a second sort field beside \(sorted[0]); the API takes one",
                api: "MULTIPLE_SORT_FIELDS_NOT_ALLOWED")
        }
        guard try WindowPlan.windows(of: dates, interval: interval).count > 1 else { return }
        if let rowLimit {
            // The largest rows of the whole are not the largest rows of its parts put one after another.
            throw Self.refusal(
                "rowLimit", "asks for the top \(rowLimit) of more than 60 days, which the API cannot rank at once",
                api: "TIMEFRAME_LIMIT_EXCEEDED",
                hint: "Shorten the range to 60 days, or leave rowLimit out and take the top of all rows.")
        }
        if let field = sorted.first, field != "timeInterval" {
            throw Self.refusal(
                "\(field).sortDirection", "sorts more than 60 days, which the API answers in parts each sorted alone",
                api: "TIMEFRAME_LIMIT_EXCEEDED",
                hint: "Shorten the range to 60 days, or leave sortDirection out and sort the rows.")
        }
    }

    private func checkDates() throws(FinoutError) {
        switch dates {
        case .days(let first, let last):
            if first > last {
                throw Self.refusal("date", "ends on \(last), before it starts on \(first)")
            }
        case .milliseconds(let start, let end):
            if end <= start {
                throw Self.refusal("date.unixTimeMillisecondsEnd", "is \(end), which is not after the start \(start)")
            }
        }
        _ = try WindowPlan.windows(of: dates, interval: interval)
    }

    private func checkVirtualTags() throws(FinoutError) {
        let keys = dimensions.map(\.key) + (filter?.leaves.map(\.leaf.key) ?? [])
        let tags = Set(keys.filter { $0.type == "virtual_tag" }.map(\.path))
        if tags.count > Self.maximumVirtualTags {
            throw Self.refusal(
                "dimensions",
                "and filters name \(tags.count) virtual tags (\(tags.sorted().joined(separator: ", "))); "
                    + "a query takes at most 3", api: "VTAGS_LIMIT_EXCEEDED")
        }
    }

    /// Every field of a row has one meaning.
    private func checkNames() throws(FinoutError) {
        var owners: [String: String] = [interval.rawValue: "timeInterval"]
        var columns: Set<String> = []
        func claim(_ name: String, for field: String) throws(FinoutError) {
            if name.isEmpty { throw Self.refusal("\(field).alias", "is empty") }
            if let owner = owners[name] {
                throw Self.refusal(
                    field, "is called '\(name)' in a row, and so is \(owner)", hint: "Choose another alias.")
            }
            owners[name] = field
        }
        for (index, dimension) in dimensions.enumerated() {
            let field = Self.place("dimensions", index)
            if !columns.insert(dimension.columnName).inserted {
                throw Self.refusal(field, "groups by \(dimension.key) a second time")
            }
            try claim(dimension.alias ?? dimension.columnName, for: field)
        }
        for (index, measurement) in measurements.enumerated() {
            let field = Self.place("measurements", index)
            try claim(measurement.alias ?? measurement.columnName, for: field)
            if let alias = measurement.alias, measurement.type.hasUnit { try claim("\(alias)_unit", for: field) }
        }
    }

    /// A member of a list as errors name it, counted from 1 as scripts do: `dimensions[3]`.
    static func place(_ list: String, _ index: Int) -> String { "\(list)[\(index + 1)]" }

    static func refusal(
        _ field: String, _ problem: String, api: String? = nil, hint: String? = nil
    ) -> FinoutError {
        FinoutError(.badQuery, "\(field) \(problem).", hint: hint, apiCode: api, field: field)
    }
}
