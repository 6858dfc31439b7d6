/// Puts rows into the order a request asks for.
///
/// Finout: "Sorting is applied based on the aggregated measurement value, not by time", descending by default. Read
/// here as: groups by their measurement over the whole range, and within a group the newest bucket first. Sorted by the
/// interval, groups keep that order within a bucket; sorted by a dimension, lines without a value come last.
struct RowOrder {
    let account: DemoAccount
    let request: QueryRequest
    let tally: Tally
    let groups: [Int32]

    /// The first `limit` rows, as indices into the tally's.
    func rows(limit: Int) -> ArraySlice<Int> {
        let newestFirst = sorted(Array(tally.rows.indices)) { -Int(tally.rows[$0].bucket) }
        let ranks = groupRanks()
        let byGroup = sorted(newestFirst) { Int(ranks[Int(tally.rows[$0].group)]) }
        guard case .interval(let ascending) = request.sort else { return byGroup.prefix(limit) }
        return sorted(byGroup) { Int(tally.rows[$0].bucket) * (ascending ? 1 : -1) }.prefix(limit)
    }

    /// The place of each group among all groups.
    private func groupRanks() -> [Int32] {
        let totals = tally.groupTotals
        var isAscending = false
        if case .measurement(_, let ascending) = request.sort { isAscending = ascending }
        var order = totals.indices.sorted { left, right in
            let (leftTotal, rightTotal) = (totals[left], totals[right])
            guard leftTotal != rightTotal else { return left < right }
            if leftTotal == ResultSet.noAmount || rightTotal == ResultSet.noAmount { return leftTotal > rightTotal }
            return isAscending ? leftTotal < rightTotal : leftTotal > rightTotal
        }
        if case .dimension(let place, let ascending) = request.sort {
            let names = totals.indices.map { name(of: $0, place) }
            let byTotal = order.enumerated().reduce(into: [Int](repeating: 0, count: order.count)) {
                $0[$1.element] = $1.offset
            }
            order.sort { left, right in
                switch (names[left], names[right]) {
                case (let leftName?, let rightName?) where leftName != rightName:
                    ascending ? leftName < rightName : leftName > rightName
                case (_?, nil): true
                case (nil, _?): false
                default: byTotal[left] < byTotal[right]
                }
            }
        }
        var ranks = [Int32](repeating: 0, count: order.count)
        for (rank, group) in order.enumerated() { ranks[group] = Int32(rank) }
        return ranks
    }

    private func name(of group: Int, _ place: Int) -> String? {
        account.value(groups[group * request.dimensions.count + place], in: request.dimensions[place])
    }

    /// The rows by a key, equal keys in the order they had: a counting sort, for there may be a million of them.
    private func sorted(_ rows: [Int], by key: (Int) -> Int) -> [Int] {
        guard !rows.isEmpty else { return rows }
        let keys = rows.map(key)
        let lowest = keys.min()!
        var places = [Int](repeating: 0, count: keys.max()! - lowest + 2)
        for key in keys { places[key - lowest + 1] += 1 }
        for index in places.indices.dropFirst() { places[index] += places[index - 1] }
        var sorted = [Int](repeating: 0, count: rows.count)
        for (row, key) in zip(rows, keys) {
            sorted[places[key - lowest]] = row
            places[key - lowest] += 1
        }
        return sorted
    }
}
