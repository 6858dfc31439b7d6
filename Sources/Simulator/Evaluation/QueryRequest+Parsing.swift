import RowDecoder

extension QueryRequest {
    /// Milliseconds of a day.
    static let day: Int64 = 86_400_000
    /// Finout: "Maximum range: 60 days".
    static let maximumDays: Int64 = 60
    /// Finout: "Max: 100,000. Default: 1,000".
    static let maximumRows = 100_000
    static let defaultRows = 1_000

    /// Reads and checks a request body as the API documents it; fields it does not name are passed over.
    ///
    /// Choices: the end of the range is inclusive, a day belongs to the range when its 00:00 UTC does; an omitted
    /// operator is `sum`; an omitted interval is `day`; a filter's value may be one string. `allowingAnyRange` is for
    /// the reference evaluation, which may ask for the whole account at once.
    init(_ body: JSONValue, allowingAnyRange: Bool = false) throws(SimulatorError) {
        guard body.object != nil else { throw SimulatorError(message: "body must be a JSON object") }
        var sorts: [Sort] = []
        days = try Self.days(body["date"], allowingAnyRange: allowingAnyRange)
        guard let timeInterval = body["timeInterval"], timeInterval.object != nil else {
            throw SimulatorError(message: "timeInterval is required and must be an object")
        }
        interval = try Self.word(timeInterval["interval"], "timeInterval.interval") ?? .day
        if let ascending = try Self.direction(timeInterval["sortDirection"], "timeInterval") {
            sorts.append(.interval(ascending: ascending))
        }
        measurements = []
        dimensions = []
        rowLimit = Self.defaultRows
        sort = .measurement(0, ascending: false)
        filter = nil
        try readMeasurements(body["measurements"], &sorts)
        try readDimensions(body["dimensions"], &sorts)
        if let node = body["filters"], !node.isNull { filter = try FilterNode(node, "filters") }
        let conditions = filter?.columns ?? []
        if conditions.count > 30 {
            throw SimulatorError(
                code: "FILTERS_LIMIT_EXCEEDED", message: "Too many filters: \(conditions.count). Maximum allowed: 30.")
        }
        let tags = Set((dimensions + conditions).filter { ColumnName.table[$0].type == "virtual_tag" })
        if tags.count > 3 {
            throw SimulatorError(
                code: "VTAGS_LIMIT_EXCEEDED",
                message: "Too many Virtual Tags: \(tags.count). Maximum allowed: 3 across dimensions and filters.")
        }
        if sorts.count > 1 {
            throw SimulatorError(
                code: "MULTIPLE_SORT_FIELDS_NOT_ALLOWED", message: "Only one sort field can be defined per request.")
        }
        if let only = sorts.first { sort = only }
        try readRowLimit(body["rowLimit"])
    }

    private static func days(_ date: JSONValue?, allowingAnyRange: Bool) throws(SimulatorError) -> ClosedRange<Int>? {
        guard let date, date.object != nil else {
            throw SimulatorError(message: "date is required and must be an object")
        }
        let start = try milliseconds(date, "unixTimeMillisecondsStart")
        let end = try milliseconds(date, "unixTimeMillisecondsEnd")
        guard start <= end else {
            throw SimulatorError(message: "date.unixTimeMillisecondsEnd is before date.unixTimeMillisecondsStart")
        }
        if !allowingAnyRange, end - start > maximumDays * day {
            throw SimulatorError(
                code: "TIMEFRAME_LIMIT_EXCEEDED", message: "Date range too large. Maximum allowed: 60 days.")
        }
        let first = Int((start + day - 1) / day)
        let last = Int(end / day)
        return first <= last ? first...last : nil
    }

    private static func milliseconds(_ date: JSONValue, _ name: String) throws(SimulatorError) -> Int64 {
        switch date[name] {
        case .integer(let number) where number >= 0 && number < 1 << 53: return number
        case nil: throw SimulatorError(message: "date.\(name) is required")
        default: throw SimulatorError(message: "date.\(name) must be a number of milliseconds since 1970")
        }
    }

    private mutating func readMeasurements(_ value: JSONValue?, _ sorts: inout [Sort]) throws(SimulatorError) {
        guard let list = value?.array, !list.isEmpty else {
            throw SimulatorError(message: "measurements is required and must be an array of 1 to 5 objects")
        }
        guard list.count <= 5 else {
            throw SimulatorError(message: "measurements holds \(list.count) objects. Maximum allowed: 5.")
        }
        for (index, entry) in list.enumerated() {
            let path = "measurements[\(index)]"
            guard entry.object != nil else { throw SimulatorError(message: "\(path) must be an object") }
            guard let measure: Measure = try Self.word(entry["type"], "\(path).type") else {
                throw SimulatorError(message: "\(path).type is required")
            }
            let aggregation: Aggregation = try Self.word(entry["operator"], "\(path).operator") ?? .sum
            let measurement = Measurement(measure: measure, aggregation: aggregation)
            guard !measurements.contains(measurement) else {
                throw SimulatorError(message: "\(path) asks for \(measurement.field) a second time")
            }
            measurements.append(measurement)
            if let ascending = try Self.direction(entry["sortDirection"], path) {
                sorts.append(.measurement(index, ascending: ascending))
            }
        }
    }

    private mutating func readDimensions(_ value: JSONValue?, _ sorts: inout [Sort]) throws(SimulatorError) {
        guard let value, !value.isNull else { return }
        guard let list = value.array else { throw SimulatorError(message: "dimensions must be an array of objects") }
        if list.count > 20 {
            throw SimulatorError(
                code: "DIMENSIONS_LIMIT_EXCEEDED",
                message: "Too many dimensions: \(list.count). Maximum allowed: 20.")
        }
        for (index, entry) in list.enumerated() {
            let path = "dimensions[\(index)]"
            let column = try Self.column(entry, path)
            guard !dimensions.contains(column) else {
                throw SimulatorError(message: "\(path) asks for \(ColumnName.table[column].field) a second time")
            }
            dimensions.append(column)
            if let ascending = try Self.direction(entry["sortDirection"], path) {
                sorts.append(.dimension(index, ascending: ascending))
            }
        }
    }

    private mutating func readRowLimit(_ value: JSONValue?) throws(SimulatorError) {
        guard let value, !value.isNull else { return }
        guard case .integer(let rows) = value, rows >= 1 else {
            throw SimulatorError(message: "rowLimit must be a whole number from 1 to 100000")
        }
        if rows > Self.maximumRows {
            throw SimulatorError(
                code: "ROW_LIMIT_EXCEEDED",
                message: "Row limit too high: \(rows). Maximum allowed: 100,000. Default: 1,000.")
        }
        rowLimit = Int(rows)
    }

    /// The column that `costCenter`, `key` and `type` of an object name.
    static func column(_ entry: JSONValue, _ path: String) throws(SimulatorError) -> Int {
        guard entry.object != nil else { throw SimulatorError(message: "\(path) must be an object") }
        var parts: [String] = []
        for name in ["costCenter", "key", "type"] {
            guard let text = entry[name]?.string else {
                throw SimulatorError(message: "\(path).\(name) is required and must be a string")
            }
            parts.append(text)
        }
        guard let column = DemoKey.column(costCenter: parts[0], key: parts[1], type: parts[2]) else {
            throw SimulatorError(
                message: "Invalid cost center, key or type provided: \(path) (\(parts.joined(separator: ", ")))")
        }
        return column
    }

    private static func direction(_ value: JSONValue?, _ path: String) throws(SimulatorError) -> Bool? {
        guard let value, !value.isNull else { return nil }
        switch value {
        case "ascending": return true
        case "descending": return false
        default: throw SimulatorError(message: "\(path).sortDirection must be ascending or descending")
        }
    }

    private static func word<W: RawRepresentable<String> & CaseIterable>(
        _ value: JSONValue?, _ path: String
    ) throws(SimulatorError) -> W? {
        guard let value, !value.isNull else { return nil }
        if case .string(let text) = value, let word = W(rawValue: text) { return word }
        let words = W.allCases.map(\.rawValue).joined(separator: ", ")
        throw SimulatorError(message: "\(path) must be one of: \(words)")
    }
}

extension FilterNode {
    /// Reads one node of `filters`: a condition, `{"AND": […]}` or `{"OR": […]}`.
    init(_ node: JSONValue, _ path: String, depth: Int = 0) throws(SimulatorError) {
        guard node.object != nil else { throw SimulatorError(message: "\(path) must be an object") }
        guard depth < 100 else { throw SimulatorError(message: "\(path) is nested too deeply") }
        for word in ["AND", "OR"] where node[word] != nil {
            guard let list = node[word]?.array, !list.isEmpty else {
                throw SimulatorError(message: "\(path).\(word) must be an array of at least one filter")
            }
            var nodes: [FilterNode] = []
            for (index, child) in list.enumerated() {
                nodes.append(try FilterNode(child, "\(path).\(word)[\(index)]", depth: depth + 1))
            }
            self = word == "AND" ? .all(nodes) : .any(nodes)
            return
        }
        let column = try QueryRequest.column(node, path)
        guard let `operator` = node["operator"]?.string.flatMap(Operator.init(rawValue:)) else {
            let words = Operator.allCases.map(\.rawValue).joined(separator: ", ")
            throw SimulatorError(message: "\(path).operator is required and must be one of: \(words)")
        }
        var values: [String] = []
        if `operator`.needsValue {
            switch node["value"] {
            case .string(let text): values = [text]
            case .array(let list) where !list.isEmpty && list.allSatisfy { $0.string != nil }:
                values = list.compactMap(\.string)
            default:
                throw SimulatorError(
                    message: "\(path).value is required for \(`operator`.rawValue) and must be an array of strings")
            }
        }
        self = .leaf(column: column, `operator`, values: values)
    }
}
