import RowDecoder
import Testing

/// Days are counted from 1970-01-01; 2026-10-01 is 20727, a Thursday.
struct `Buckets that a window cut divides` {
    private static let october = 20_727

    /// The rows of each window go through a reader; gives its lines after each window.
    private func read(
        _ windows: [[String]], cuts: [Int], interval: RowInterval, plan: RowPlan
    ) throws -> [[String]] {
        let reader = RowReader(plan: plan, cuts: cuts, interval: interval)
        return try windows.enumerated().map { index, rows in
            reader.give(try Page(text: pageText(rows), plan: plan))
            reader.finishWindow(index)
            let buffer = RowBuffer()
            try reader.write(.csv(), into: buffer)
            return buffer.text.split(separator: "\r\n").map(String.init)
        }
    }

    private func row(_ label: String, _ service: String, _ cost: String, as interval: String = "month") -> String {
        #""\#(interval)":"\#(label)","AWS_tag_service":"\#(service)","cost_sum":\#(cost)"#
    }

    @Test func `a month in two windows is one row once both are whole`() throws {
        let windows = [
            [row("2026-09", "a", "5"), row("2026-10", "a", "0.1"), row("2026-10", "b", "1")],
            [row("2026-10", "a", "0.2"), row("2026-11", "a", "7"), row("2026-10", "c", "3")],
        ]
        let lines = try read(
            windows, cuts: [Self.october + 14], interval: .month, plan: .costs(.sum, interval: "month"))
        #expect(lines == [["2026-09,a,5"], ["2026-11,a,7", "2026-10,a,0.3", "2026-10,b,1", "2026-10,c,3"]])
    }

    @Test(arguments: [(MeasurementAggregation.sum, "12"), (.minimum, "-3"), (.maximum, "10")])
    func `a bucket in many windows is merged as its measurement says`(
        aggregation: MeasurementAggregation, expected: String
    ) throws {
        let windows = [
            [row("2026-10-01", "a", "5")], [row("2026-10-01", "a", "10")], [],
            [row("2026-10-01", "a", "-3"), row("2026-11-01", "a", "1")],
        ]
        let cuts = [Self.october + 5, Self.october + 10, Self.october + 20]
        let lines = try read(windows, cuts: cuts, interval: .month, plan: .costs(aggregation, interval: "month"))
        #expect(lines == [[], [], [], ["2026-11-01,a,1", "2026-10-01,a,\(expected)"]])
    }

    @Test func `a cut on the first of a month divides nothing`() throws {
        let windows = [[row("2026-09", "a", "5")], [row("2026-10", "a", "1")]]
        let lines = try read(windows, cuts: [Self.october], interval: .month, plan: .costs(.sum, interval: "month"))
        #expect(lines == [["2026-09,a,5"], ["2026-10,a,1"]])
    }

    @Test func `days are never held`() throws {
        let windows = [[row("2026-10-01", "a", "5", as: "day")], [row("2026-10-01", "a", "1", as: "day")]]
        #expect(
            try read(windows, cuts: [Self.october + 1], interval: .day, plan: .costs) == [
                ["2026-10-01,a,5"], ["2026-10-01,a,1"],
            ])
    }

    @Test func `a month is the same whatever day its label names`() throws {
        let windows = [[row("2026-10-01", "a", "5")], [row("2026-10-15T00:00:00Z", "a", "1")]]
        let lines = try read(
            windows, cuts: [Self.october + 14], interval: .month, plan: .costs(.sum, interval: "month"))
        #expect(lines == [[], ["2026-10-01,a,6"]])
    }

    @Test func `weeks near a cut are held and others are not`() throws {
        let windows = [
            [
                row("2026-09-21", "a", "1", as: "week"), row("2026-10-12", "a", "2", as: "week"),
                row("2026-10-05", "a", "3", as: "week"),
            ],
            [
                row("2026-10-12", "a", "4", as: "week"), row("2026-10-19", "a", "5", as: "week"),
                row("2026-10-26", "a", "6", as: "week"),
            ],
        ]
        let lines = try read(windows, cuts: [Self.october + 13], interval: .week, plan: .costs(.sum, interval: "week"))
        // The cut is on 2026-10-14.
        #expect(lines[0] == ["2026-09-21,a,1", "2026-10-05,a,3"])
        #expect(lines[1] == ["2026-10-26,a,6", "2026-10-12,a,6", "2026-10-19,a,5"])
    }

    @Test func `a label that nobody can read is held until the end`() throws {
        let windows = [
            [row("week 41", "a", "1", as: "week")], [row("week 41", "a", "2", as: "week")],
            [row("week 42", "a", "3", as: "week")],
        ]
        let lines = try read(
            windows, cuts: [Self.october, Self.october + 30], interval: .week, plan: .costs(.sum, interval: "week"))
        #expect(lines == [[], [], ["week 41,a,3", "week 42,a,3"]])
    }

    @Test func `a bucket is given out as soon as its own windows are whole`() throws {
        let windows = [
            [row("2026-10", "a", "1")], [row("2026-10", "a", "2"), row("2026-12", "a", "3")],
            [row("2026-12", "a", "4")],
        ]
        let lines = try read(
            windows, cuts: [Self.october + 14, Self.october + 75], interval: .month,
            plan: .costs(.sum, interval: "month"))
        #expect(lines == [[], ["2026-10,a,3"], ["2026-12,a,7"]])
    }

    @Test func `absent amounts and values are no zeros and no texts`() throws {
        let windows = [
            [
                #""month":"2026-10","AWS_tag_service":null,"cost_sum":null"#, row("2026-10", "", "1"),
                row("2026-10", "n", "null"),
            ],
            [#""month":"2026-10","cost_sum":2"#, row("2026-10", "", "4"), row("2026-10", "n", "null")],
        ]
        let lines = try read(
            windows, cuts: [Self.october + 14], interval: .month, plan: .costs(.sum, interval: "month"))
        #expect(lines == [[], ["2026-10,,2", "2026-10,\"\",5", "2026-10,n,"]])
    }

    @Test func `amounts in different units are not added`() throws {
        let plan = RowPlan.costs(.sum, hasUnit: true, interval: "month")
        let windows = [
            [row("2026-10", "a", #"{"amount":1,"unit":"Hrs"}"#), row("2026-10", "a", #"{"amount":2,"unit":"GB"}"#)],
            [row("2026-10", "a", #"{"amount":3,"unit":"GB"}"#)],
        ]
        #expect(
            try read(windows, cuts: [Self.october + 14], interval: .month, plan: plan) == [
                [], ["2026-10,a,1,Hrs", "2026-10,a,5,GB"],
            ])
    }

    @Test func `an amount that is absent in one part has no unit to differ in`() throws {
        let plan = RowPlan(columns: [
            RowColumn(.interval, name: "month"), RowColumn(.dimension, name: "AWS_tag_service", alias: "service"),
            RowColumn(.measurement(.init(aggregation: .sum, hasUnit: false)), name: "cost_sum", alias: "cost"),
            RowColumn(.measurement(.init(aggregation: .sum, hasUnit: true)), name: "usage_sum", alias: "usage"),
        ])
        func part(_ service: String, _ usage: String) -> String {
            row("2026-10", service, "1") + #","usage_sum":\#(usage)"#
        }
        let hours = #"{"amount":2,"unit":"Hrs"}"#
        let bytes = #"{"amount":4,"unit":"GB"}"#
        let windows = [
            [part("a", hours), part("b", "null"), part("c", hours), part("c", bytes)],
            [part("a", "null"), part("b", hours), part("c", "null")],
            [part("a", hours), part("b", "null"), part("c", bytes)],
        ]
        #expect(
            try read(windows, cuts: [Self.october + 10, Self.october + 20], interval: .month, plan: plan).last == [
                "2026-10,a,3,4,Hrs", "2026-10,b,3,2,Hrs", "2026-10,c,1,2,Hrs", "2026-10,c,2,8,GB", "2026-10,c,1,,",
            ])
    }

    @Test func `columns that nobody asked for tell rows apart or fall away where they differ`() throws {
        let plan = RowPlan.costs(.sum, interval: "month")
        let reader = RowReader(plan: plan, cuts: [Self.october + 14], interval: .month)
        let first = [
            row("2026-10", "a", "1") + #","note":"x","count":1,"same":7"#, row("2026-10", "a", "2") + #","note":"y""#,
        ]
        reader.give(try Page(text: pageText(first), plan: plan))
        reader.give(
            try Page(text: pageText([row("2026-10", "a", "4") + #","same":7,"count":2,"note":"x""#]), plan: plan))
        reader.finishWindow(1)
        let buffer = RowBuffer()
        try reader.write(.csv(), columns: ["cost", "note", "count", "same"], into: buffer)
        #expect(buffer.text == "5,x,,7\r\n2,y,,\r\n")
    }

    @Test func `an average that would have to be merged is an error`() throws {
        let plan = RowPlan.costs(.average, interval: "month")
        let reader = RowReader(plan: plan, cuts: [Self.october + 14], interval: .month)
        for cost in ["1", "2"] { reader.give(try Page(text: pageText([row("2026-10", "a", cost)]), plan: plan)) }
        reader.finishWindow(1)
        #expect(reader.hasRow)
        let error = #expect(throws: RowError.self) { try reader.write(.csv(), into: RowBuffer()) }
        #expect(error?.message.contains("average") == true)
    }

    @Test func `a sum that no number can hold is an error`() throws {
        let plan = RowPlan.costs(.sum, interval: "month")
        let reader = RowReader(plan: plan, cuts: [Self.october + 14], interval: .month)
        for cost in ["1.7e308", "1.6e308"] {
            reader.give(try Page(text: pageText([row("2026-10", "a", cost)]), plan: plan))
        }
        reader.finishWindow(1)
        let error = #expect(throws: RowError.self) { try reader.write(.csv(), into: RowBuffer()) }
        #expect(error?.message.contains("too large") == true)
    }

    @Test(arguments: [MeasurementAggregation.sum, .minimum, .maximum], 0..<40)
    func `random splits come out as the undivided query`(aggregation: MeasurementAggregation, seed: Int) throws {
        var generator = SplitMix(seed: UInt64(seed))
        let days = Self.october..<(Self.october + 92)  // October to December
        let amounts = days.flatMap { day in
            ["a", "b", "c"].map { (day, $0, Double(Int.random(in: -9_999...99_999, using: &generator)) / 100) }
        }
        let cuts = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
            Int.random(in: days.dropFirst(), using: &generator)
        }
        let boundaries = Set(cuts).sorted()
        let isWeek = Bool.random(using: &generator)
        func rows(_ range: Range<Int>) -> [String] {
            var groups: [String: [Double]] = [:]
            for (day, service, amount) in amounts where range.contains(day) {
                groups["\(isWeek ? weekLabel(day) : monthLabel(day)),\(service)", default: []].append(amount)
            }
            return groups.map { key, values in
                let value =
                    switch aggregation {
                    case .minimum: values.min()!
                    case .maximum: values.max()!
                    default: ExactSum.of(values)
                    }
                return "\(key),\(NumberText.shortest(value))"
            }
        }
        func page(_ lines: [String]) -> [String] {
            lines.map { line in
                let parts = line.split(separator: ",")
                return row(String(parts[0]), String(parts[1]), String(parts[2]), as: isWeek ? "week" : "month")
            }
        }
        let starts = [days.lowerBound] + boundaries
        let windows = zip(starts, boundaries + [days.upperBound]).map { page(rows($0..<$1)) }
        let plan = RowPlan.costs(aggregation, interval: isWeek ? "week" : "month")
        let lines = try read(windows, cuts: boundaries, interval: isWeek ? .week : .month, plan: plan)
        #expect(lines.flatMap { $0 }.sorted() == rows(days).sorted())
    }

    private func monthLabel(_ day: Int) -> String {
        day < Self.october + 31 ? "2026-10" : day < Self.october + 61 ? "2026-11" : "2026-12"
    }

    /// The Monday of the day's week; the first one is 2026-09-28.
    private func weekLabel(_ day: Int) -> String {
        let monday = day - (day - (Self.october - 3)) % 7
        let (month, first) =
            monday < Self.october
            ? (9, Self.october - 30)
            : monday < Self.october + 31
                ? (10, Self.october) : monday < Self.october + 61 ? (11, Self.october + 31) : (12, Self.october + 61)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "2026-\(two(month))-\(two(monday - first + 1))"
    }
}
