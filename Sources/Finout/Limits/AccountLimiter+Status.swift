import HostLoop
import StateStore

extension AccountLimiter {
    /// Every route known or used lately, the places in flight and running, and the day's submissions.
    public func status() throws(FinoutError) -> [LimitStatus] {
        let now = HostLoop.now
        return try stated { () throws(StateError) in
            let known = RouteTable.all.map(\.name)
            let others = try ledger.routes().filter { !known.contains($0) }
            var list: [LimitStatus] = []
            for route in RouteTable.all + others.map(RouteTable.other) {
                let limit = settings.limit(of: route)
                let usage = try ledger.usage(settings.rules(of: route), now: now)
                list.append(LimitStatus(name: route.name, usage, limit: limit.count, window: limit.window))
            }
            list.append(
                LimitStatus(name: Self.inFlight, try ledger.inFlightUsage(now: now), limit: settings.inFlight))
            list.append(
                LimitStatus(
                    name: Self.running, try ledger.runningUsage(limit: settings.runningQueries, now: now),
                    limit: settings.runningQueries))
            let submitted = min(try ledger.submissions(on: now.day), settings.dailySubmissions)
            list.append(
                LimitStatus(
                    name: Self.submissionsToday, used: submitted, limit: settings.dailySubmissions,
                    window: .seconds(86_400),
                    freeAt: submitted >= settings.dailySubmissions ? (now.day + 1).start : nil))
            return list
        }
    }
}

extension LimitStatus {
    fileprivate init(name: String, _ usage: LimitUsage, limit: Int, window: Duration? = nil) {
        self.init(
            name: name, used: usage.used, limit: limit, window: window, freeAt: usage.freeAt, waiting: usage.waiting)
    }
}
