import Finout
import HostLoop
import LuaRuntime

extension SpecificationReader {
    /// The days asked for, both included, UTC; or the API's own milliseconds, taken as they are.
    func readDate(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> QueryDates {
        let forms =
            "{ from = \"2026-10-01\", to = \"2026-10-31\" }, { last = \"30d\", lag = 2 } or { month = \"2026-10\" }"
        guard case .table(let table) = value, table.array.isEmpty else {
            throw wrong(value, at: path, expected: "a period", hint: "write date = \(forms)")
        }
        let start = "unixTimeMillisecondsStart"
        let end = "unixTimeMillisecondsEnd"
        try checkNames(table, known: ["from", "to", "last", "lag", "month", start, end], at: path)
        let given = table.fields.keys.sorted()
        switch given {
        case ["from", "to"]:
            return try readEdges(table, at: path)
        case ["last"], ["lag", "last"]:
            return try readLast(table, at: path)
        case ["month"]:
            return try readMonth(table["month"], at: path["month"])
        case [end, start]:
            let first = try milliseconds(table[start], at: path[start])
            let last = try milliseconds(table[end], at: path[end])
            return .milliseconds(start: first, end: last)
        case ["from"]: throw bad(path["to"], "is missing: the last day, included")
        case ["to"]: throw bad(path["from"], "is missing: the first day")
        case []: throw bad(path, "is empty", hint: "write date = \(forms)")
        default:
            throw bad(path, "\(given.joined(separator: ", ")) do not go together", hint: "write date = \(forms)")
        }
    }

    private func readEdges(_ table: LuaTable, at path: FieldPath) throws(LuaFailure) -> QueryDates {
        let from = try day(table["from"], at: path["from"])
        let to = try day(table["to"], at: path["to"])
        guard from <= to else { throw bad(path, "the last day, \(to), is before the first, \(from)") }
        return .days(first: from, last: to)
    }

    private func day(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> Day {
        guard case .string(let text) = value, let day = Day(text) else {
            throw wrong(value, at: path, expected: "a day, a date value or \"YYYY-MM-DD\"")
        }
        return day
    }

    private func milliseconds(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> Int64 {
        guard let number = value.wholeNumber else {
            throw wrong(value, at: path, expected: "milliseconds since 1970, a whole number")
        }
        return Int64(number)
    }

    // "30d", "4w" or "3m", the last of them `lag` days ago: lag 0 ends today.
    private func readLast(_ table: LuaTable, at path: FieldPath) throws(LuaFailure) -> QueryDates {
        let lag: Int
        switch table["lag"] {
        case .nil: lag = 0
        case let value:
            guard let days = value.wholeNumber, (0...100_000).contains(days) else {
                throw wrong(value, at: path["lag"], expected: "a whole number of days from 0")
            }
            lag = days
        }
        guard case .string(let text) = table["last"], let unit = text.last,
            let count = Int(text.dropLast()), (1...10_000).contains(count), text.first?.isNumber == true
        else {
            throw wrong(
                table["last"], at: path["last"], expected: "days, weeks or months, such as \"30d\", \"4w\" or \"3m\"")
        }
        let last = today - lag
        switch unit {
        case "d": return .days(first: last - (count - 1), last: last)
        case "w": return .days(first: last - (7 * count - 1), last: last)
        case "m": return .days(first: monthsBefore(last, count) + 1, last: last)
        default: throw wrong(table["last"], at: path["last"], expected: "a number with d, w or m, such as \"30d\"")
        }
    }

    // The same day of an earlier month, or that month's last where it has no such day.
    private func monthsBefore(_ day: Day, _ count: Int) -> Day {
        let index = day.year * 12 + day.month - 1 - count
        let year = index >= 0 ? index / 12 : (index - 11) / 12
        let first = Day(year: year, month: index - year * 12 + 1, dayOfMonth: 1) ?? day
        return min(first + (day.dayOfMonth - 1), first.firstOfNextMonth - 1)
    }

    private func readMonth(_ value: LuaValue, at path: FieldPath) throws(LuaFailure) -> QueryDates {
        guard case .string(let text) = value, let first = Day(text + "-01") else {
            throw wrong(value, at: path, expected: "a month, such as \"2026-10\"")
        }
        return .days(first: first, last: first.firstOfNextMonth - 1)
    }
}
