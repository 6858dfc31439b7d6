import HostLoop

/// A resource, fee or credit that bills a line a day (or a month, or once): its tags never change, its amounts are a
/// pure function of the day.
struct LineSeries {
    /// How a day's list price becomes the eight measures.
    enum Charge {
        /// Paid as used.
        case onDemand
        /// Covered by a commitment: nothing unblended, the commitment's `rate` of the list price amortized.
        case covered(rate: Double)
        /// What a commitment is paid with: unblended on its day, nothing amortized.
        case commitmentFee
        /// The part of a commitment that nothing used: amortized only.
        case unusedCommitment
        /// Tax: in every cost type but list.
        case tax
        /// A credit or refund, negative: in every cost type but list.
        case credit
        /// A flat price, no discounts: the same in every cost type.
        case flat
    }

    /// On which days there is a line.
    enum Schedule {
        case daily
        case firstOfMonth
        case once(Int)
    }

    struct Usage {
        /// US dollars of one unit, list.
        let price: Double
        /// Normalized units of one unit.
        let factor: Double
        let unit: Int16
    }

    struct Spike {
        let days: ClosedRange<Int>
        let factor: Double
    }

    /// The value of each column, as an index into the account's values, or -1.
    var values: [Int32]
    let charge: Charge
    let schedule: Schedule
    /// US dollars a line at the account's anchor, list price.
    let base: Double
    /// The relative change in 30 days, linear.
    let growth: Double
    /// Factors for Monday to Sunday.
    let week: [Double]
    /// The largest relative deviation by chance.
    let noise: Double
    /// Days since the epoch.
    let days: ClosedRange<Int>
    /// Net price over price before discounts.
    let net: Double
    /// Blended over unblended price.
    let blend: Double
    let usage: Usage?
    var spikes: [Spike] = []
    /// Which part of today's, yesterday's… line has been billed yet; later days are whole.
    let lag: [Double]
    let seed: UInt64

    /// The line of a day, or nil when there is none.
    ///
    /// `today` and `anchor` are days since the epoch; `weekday` is ISO (Monday 1); `isFirst` says it is the first of a
    /// month. `salt` tells apart resources that share a series; `factor` is what the day was restated by, 0 for no line.
    func line(
        on day: Int, weekday: Int, isFirst: Bool, today: Int, anchor: Int, salt: UInt64 = 0, factor: Double = 1
    ) -> LineItem? {
        guard days.contains(day) else { return nil }
        switch schedule {
        case .daily: break
        case .firstOfMonth: guard isFirst else { return nil }
        case .once(let only): guard day == only else { return nil }
        }
        let age = today - day
        var scale = factor * (lag.indices.contains(age) ? lag[age] : 1)
        guard scale > 0 else { return nil }
        scale *= max(0.05, 1 + growth * Double(day - anchor) / 30) * week[weekday - 1]
        let chance = mix(seed &+ salt, UInt64(bitPattern: Int64(day)))
        scale *= 1 + noise * (2 * fraction(chance) - 1)
        for spike in spikes where spike.days.contains(day) { scale *= spike.factor }
        return item(base * scale)
    }

    private func item(_ price: Double) -> LineItem {
        var item = LineItem()
        switch charge {
        case .onDemand:
            item.list = cost(price)
            item.unblended = item.list
            item.amortized = item.list
            item.netUnblended = cost(price * net)
            item.netAmortized = item.netUnblended
            item.blended = cost(price * blend)
        case .covered(let rate):
            item.list = cost(price)
            item.amortized = cost(price * rate)
            item.netAmortized = cost(price * rate * net)
            item.blended = cost(price * rate * blend)
        case .commitmentFee:
            item.unblended = cost(price)
            item.netUnblended = cost(price * net)
        case .unusedCommitment:
            item.amortized = cost(price)
            item.netAmortized = cost(price * net)
        case .tax, .credit:
            item.unblended = cost(price)
            item.netUnblended = item.unblended
            item.amortized = item.unblended
            item.netAmortized = item.unblended
            item.blended = item.unblended
        case .flat:
            item.list = cost(price)
            item.unblended = item.list
            item.netUnblended = item.list
            item.amortized = item.list
            item.netAmortized = item.list
            item.blended = item.list
        }
        if let usage {
            item.usage = quantity(price / usage.price)
            item.normalizedUsage = quantity(price / usage.price * usage.factor)
        }
        return item
    }

    /// Millionths of a dollar, whole hundredths of a cent.
    private func cost(_ dollars: Double) -> Int64 { Int64((dollars * 10_000).rounded()) * 100 }

    /// Millionths of a unit, whole thousandths.
    private func quantity(_ units: Double) -> Int64 { Int64((units * 1_000).rounded()) * 1_000 }
}
