import HostLoop

/// One range the API is asked for: at most 60 days, both numbers as they are sent. Milliseconds since 1970 UTC.
public struct QueryWindow: Hashable, Sendable, CustomStringConvertible {
    /// The first millisecond.
    public let start: Int64
    /// The end, as sent: for whole days the last millisecond of the last day, which is right whether the service
    /// reads it as included or not.
    public let end: Int64

    package static let dayLength: Int64 = 86_400_000

    package init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    /// Whole days from `first` up to but not with `next`, counted from 1970.
    package init(firstDay: Int, nextDay: Int) {
        self.init(start: Int64(firstDay) * Self.dayLength, end: Int64(nextDay) * Self.dayLength - 1)
    }

    /// The UTC day the window starts in, counted from 1970.
    package var firstDay: Int { Int((Double(start) / Double(Self.dayLength)).rounded(.down)) }

    /// The day after the last one with a part in the window.
    package var nextDay: Int { Int((Double(end) / Double(Self.dayLength)).rounded(.up)) }

    /// The days that rows of the window may be labelled with: a week or month reaches beyond the window, and whether
    /// its label is its first or its last day is not documented. Nor is whether a verbatim end belongs to the range.
    package func buckets(_ interval: Interval) -> ClosedRange<Int> {
        let last = Int((Double(end) / Double(Self.dayLength)).rounded(.down))
        switch interval {
        case .day: return firstDay...last
        case .week: return (firstDay - 6)...(last + 6)
        case .month:
            let first = interval.bucketStart(of: firstDay)
            return first...(Day(daysSinceEpoch: last).firstOfNextMonth.daysSinceEpoch - 1)
        }
    }

    /// `2026-10-01…2026-10-31`.
    public var description: String {
        let last = Day(daysSinceEpoch: nextDay - 1)
        return nextDay - firstDay == 1 ? "\(last)" : "\(Day(daysSinceEpoch: firstDay))…\(last)"
    }
}

/// Where ranges are cut. Cuts fall on the edges of buckets where they can, so that hardly any bucket has to be put
/// together again.
package enum WindowPlan {
    /// The windows of a range, in order: they cover it without gap or overlap.
    /// Fails with `bad_query` if a verbatim range is too long and has no day edges to cut at.
    package static func windows(of dates: QueryDates, interval: Interval) throws(FinoutError) -> [QueryWindow] {
        switch dates {
        case .days(let first, let last):
            return cut(from: first.daysSinceEpoch, to: last.daysSinceEpoch + 1, interval: interval)
        case .milliseconds(let start, let end):
            let (length, overflow) = end.subtractingReportingOverflow(start)
            if !overflow, length <= Int64(RouteTable.days) * QueryWindow.dayLength {
                return [QueryWindow(start: start, end: end)]
            }
            let day = QueryWindow.dayLength
            guard !overflow, start % day == 0, end % day == 0 || (end + 1) % day == 0 else {
                throw QuerySpecification.refusal(
                    "date", "spans more than 60 days and does not start and end with a UTC day, so it cannot be cut",
                    api: "TIMEFRAME_LIMIT_EXCEEDED", hint: "Use whole days, or at most 60 days.")
            }
            let whole = QueryWindow(start: start, end: end)
            var windows = cut(from: whole.firstDay, to: whole.nextDay, interval: interval)
            // The script's own end is sent as it is.
            if let last = windows.popLast() { windows.append(QueryWindow(start: last.start, end: end)) }
            return windows
        }
    }

    private static func cut(from first: Int, to next: Int, interval: Interval) -> [QueryWindow] {
        var windows: [QueryWindow] = []
        var start = first
        while next - start > RouteTable.days {
            let furthest = start + RouteTable.days
            let edge = interval.bucketStart(of: furthest)
            let cut = edge > start ? edge : furthest
            windows.append(QueryWindow(firstDay: start, nextDay: cut))
            start = cut
        }
        if next > start { windows.append(QueryWindow(firstDay: start, nextDay: next)) }
        return windows
    }

    /// The parts of a window that holds too many rows; nil if it is a single day, or cannot be cut between buckets
    /// although it must.
    package static func split(_ window: QueryWindow, parts: Int, interval: Interval, onlyBetweenBuckets: Bool)
        -> [QueryWindow]?
    {
        let days = window.nextDay - window.firstDay
        guard days > 1 else { return nil }
        let count = min(max(parts, 2), days)
        let edges = ((window.firstDay + 1)..<window.nextDay).filter { interval.bucketStart(of: $0) == $0 }
        var cuts: [Int] = []
        for part in 1..<count {
            let ideal = window.firstDay + days * part / count
            let edge = edges.min { abs($0 - ideal) < abs($1 - ideal) }
            if let edge, edge > cuts.last ?? window.firstDay {
                cuts.append(edge)
            } else if !onlyBetweenBuckets, edge == nil, ideal > cuts.last ?? window.firstDay {
                cuts.append(ideal)
            }
        }
        guard !cuts.isEmpty else { return nil }
        var windows: [QueryWindow] = []
        var start = window.start
        for cut in cuts {
            windows.append(QueryWindow(start: start, end: Int64(cut) * QueryWindow.dayLength - 1))
            start = Int64(cut) * QueryWindow.dayLength
        }
        windows.append(QueryWindow(start: start, end: window.end))
        return windows
    }

    /// How many parts a window of `total` rows is cut into: each is to hold nine tenths of the limit, because rows are
    /// not spread evenly and a part that is over has been paid for in vain.
    package static func parts(total: Int, limit: Int) -> Int {
        let share = max(1, limit * 9 / 10)
        return max(2, (total + share - 1) / share)
    }
}

extension Interval {
    /// The first day of the bucket a day is in, both counted from 1970.
    package func bucketStart(of day: Int) -> Int {
        let date = Day(daysSinceEpoch: day)
        return switch self {
        case .day: day
        case .week: date.firstOfWeek.daysSinceEpoch
        case .month: date.firstOfMonth.daysSinceEpoch
        }
    }
}
