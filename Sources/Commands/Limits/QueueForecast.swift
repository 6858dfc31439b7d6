package import Finout
package import HostLoop

/// How soon the queries that wait for a place among the running ones could be submitted.
package struct QueueForecast: Sendable, Equatable {
    package let waiting: Int
    /// When the last of them is submitted if every place is free in time: only the limit of submissions holds it back.
    package let noSoonerThan: Moment

    /// Nil where none waits.
    package init?(_ limits: [LimitStatus], now: Moment) {
        guard let running = limits.first(where: { $0.name == AccountLimiter.running }), running.waiting > 0,
            let submit = limits.first(where: { $0.name == RouteTable.submit.name }), let window = submit.window,
            submit.limit > 0
        else { return nil }
        waiting = running.waiting
        let atOnce = submit.freeAt == nil ? max(0, submit.limit - submit.used) : 0
        // Each window takes as many as the limit says; the first of them begins with the next slot.
        let windows = (max(0, waiting - atOnce) + submit.limit - 1) / submit.limit
        noSoonerThan = (submit.freeAt ?? now) + window * max(0, windows - 1)
    }
}
