/// Each row with the rule that took it and the target it went to.
struct RowAssignment: Sendable {
    private struct Key: Hashable {
        let period: CostDay?
        /// -1 where no rule took the row.
        let rule: Int
        let target: Int32
    }

    private struct Tally {
        var sum = DecimalSum()
        var rows = 0

        mutating func add(_ amount: Decimal, rows number: Int) {
            sum.add(amount)
            rows += number
        }
    }

    /// The names of targets, as `targets` numbers them.
    let names: [String]
    /// Each row's target.
    let targets: AllocationResult.Targets
    /// The first day of each period, in order.
    let periods: [CostDay?]
    private let ruleNames: [String]
    private let tallies: [Key: Tally]
    private let matchers: [RowMatcher]
    private let columns: [Int?]

    init(_ allocation: Allocation, _ rows: CostRows, _ period: AllocationPeriod) throws(FinOpsError) {
        var names: [String] = []
        var places: [String: Int32] = [:]
        func place(_ name: String) -> Int32 {
            if let place = places[name] { return place }
            let place = Int32(names.count)
            places[name] = place
            names.append(name)
            return place
        }
        let rules = allocation.rules
        let matchers = try rules.map { rule throws(FinOpsError) in
            do throws(FinOpsError) {
                return try RowMatcher(rule.condition, rows)
            } catch {
                throw FinOpsError(error.code, "The rule '\(rule.name)': \(error.message)")
            }
        }
        let columns = try rules.map { rule throws(FinOpsError) -> Int? in
            guard case .valueOf(let column) = rule.destination else { return nil }
            return try rows.place(of: column)
        }
        // Of each rule, the target for each distinct text of its column, or its only one.
        let destinations = zip(rules, columns).map { rule, column -> [Int32] in
            switch rule.destination {
            case .target(let name): [place(name)]
            case .valueOf: rows.data[column ?? 0].texts.map(place)
            }
        }
        let rest = place(allocation.otherwise.name)
        var tallies: [Key: Tally] = [:]
        var targets: [Int32] = []
        var taking: [Int32] = []
        targets.reserveCapacity(rows.count)
        taking.reserveCapacity(rows.count)
        var day: CostDay?
        var start: CostDay?
        for row in 0..<rows.count {
            let today = rows.day(row)
            if row == 0 || today != day {
                day = today
                start = period.start(of: today)
            }
            var key = Key(period: start, rule: -1, target: rest)
            for (index, rule) in rules.enumerated() where !rule.hasDates || rule.holds(on: today) {
                guard matchers[index].passes(row, rows) else { continue }
                if let column = columns[index] {
                    let text = rows.data[column].rows[row]
                    guard text >= 0 else { continue }
                    key = Key(period: start, rule: index, target: destinations[index][Int(text)])
                } else {
                    key = Key(period: start, rule: index, target: destinations[index][0])
                }
                break
            }
            tallies[key, default: Tally()].add(rows.amounts[row], rows: rows.numbers[row])
            targets.append(key.target)
            taking.append(Int32(key.rule))
        }
        self.names = names
        self.targets = AllocationResult.Targets(names: names, rows: targets, rules: taking)
        self.tallies = tallies
        self.matchers = matchers
        self.columns = columns
        ruleNames = rules.map(\.name)
        periods = Set(tallies.keys.map(\.period)).sorted { ($0?.number ?? 0) < ($1?.number ?? 0) }
    }

    /// What rules gave to targets and pools in a period.
    func direct(
        in period: CostDay?
    ) throws(FinOpsError) -> (amounts: [String: Decimal], moves: [AllocationResult.Move]) {
        var sums: [String: DecimalSum] = [:]
        var moves: [AllocationResult.Move] = []
        // The rows that no rule took come last.
        func order(_ key: Key) -> (Int, BytesInOrder) {
            (key.rule < 0 ? .max : key.rule, names[Int(key.target)].bytes)
        }
        let keys = tallies.keys.filter { $0.period == period }.sorted { order($0) < order($1) }
        for key in keys {
            guard let tally = tallies[key] else { continue }
            let name = names[Int(key.target)]
            let amount = try tally.sum.total()
            sums[name, default: DecimalSum()].add(amount)
            moves.append(
                AllocationResult.Move(
                    period: period, source: nil, target: name, method: key.rule < 0 ? "otherwise" : "direct",
                    weight: nil, share: 1, rules: key.rule < 0 ? [] : [ruleNames[key.rule]], rows: tally.rows,
                    amount: amount))
        }
        var amounts: [String: Decimal] = [:]
        for (name, sum) in sums { amounts[name] = try sum.total() }
        return (amounts, moves)
    }

    /// What each rule took, and why one took nothing.
    func reports(_ allocation: Allocation, _ rows: CostRows) throws(FinOpsError) -> [RuleReport] {
        var taken = allocation.rules.map { _ in 0 }
        var sums = allocation.rules.map { _ in DecimalSum() }
        for (key, tally) in tallies where key.rule >= 0 {
            taken[key.rule] += tally.rows
            sums[key.rule].add(try tally.sum.total())
        }
        var reports: [RuleReport] = []
        for (index, rule) in allocation.rules.enumerated() {
            let problem = taken[index] > 0 ? nil : problem(of: index, allocation.rules, rows)
            reports.append(
                RuleReport(rule: rule.name, rows: taken[index], amount: try sums[index].total(), problem: problem))
        }
        return reports
    }

    private func problem(of index: Int, _ rules: [AllocationRule], _ rows: CostRows) -> RuleReport.Problem {
        let rule = rules[index]
        if let problem = rule.problem(after: rules[..<index]) { return problem }
        if rows.count > 0, !(0..<rows.count).contains(where: { rule.holds(on: rows.day($0)) }) { return .otherDays }
        var takers: Set<Int32> = []
        for row in 0..<rows.count where rule.holds(on: rows.day(row)) && matchers[index].passes(row, rows) {
            if let column = columns[index], rows.data[column].rows[row] < 0 { continue }
            takers.insert(targets.rules[row])
        }
        return takers.isEmpty ? .noSuchRow : .taken(by: takers.sorted().map { ruleNames[Int($0)] })
    }
}
