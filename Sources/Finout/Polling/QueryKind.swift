/// What kind of query one window of a specification is: queries of a kind are expected to take equally long.
///
/// A short text that is kept with durations and may be shown; it holds no value of a filter.
package enum QueryKind {
    /// A query that was said to be complete before its results could be read, from then on.
    static let lateResults = "late results"
    /// Keys named in a kind; of the others only the number tells.
    private static let namedKeys = 5

    /// As in `day 8-31d by AWS/service,Global/region sum filtered`.
    package static func text(_ specification: QuerySpecification, window: QueryWindow) -> String {
        var words = [specification.interval.rawValue, days(window.nextDay - window.firstDay)]
        let keys = specification.dimensions.map(\.key.path).sorted()
        if !keys.isEmpty {
            let more = keys.count > namedKeys ? ["+\(keys.count - namedKeys)"] : []
            words += ["by", (keys.prefix(namedKeys) + more).joined(separator: ",")]
        }
        words.append(Set(specification.measurements.map(\.operator.rawValue)).sorted().joined(separator: ","))
        if specification.filter != nil { words.append("filtered") }
        return words.joined(separator: " ")
    }

    /// A day, a week, a month and what one query can span.
    private static func days(_ count: Int) -> String {
        switch count {
        case ...1: "1d"
        case ...7: "2-7d"
        case ...31: "8-31d"
        default: "32-\(RouteTable.days)d"
        }
    }
}
