public import HostLoop

/// The limits of one process: a sliding window for each route, places in flight and running, submissions a day.
@HostLoop public final class SlidingWindowLimiter: RateLimiter {
    private let settings: LimitSettings
    private var lanes: [String: LimiterLane] = [:]
    private let inFlight: LimiterLane
    private let runningLane: LimiterLane
    private var lastID: UInt64 = 0
    private var today: (day: Day, submissions: Int)?

    /// A limiter that starts with every slot free.
    public init(_ settings: LimitSettings = LimitSettings()) {
        self.settings = settings
        inFlight = LimiterLane(name: "in flight", limit: RateLimit(settings.inFlight, per: .zero))
        runningLane = LimiterLane(name: "running", limit: RateLimit(settings.runningQueries, per: .zero))
        for route in RouteTable.all { _ = lane(route) }
    }

    /// Waits for the route's slot, then for a place in flight.
    public func reserve(
        _ route: Route, deadline: Moment?, waiting: (LimiterWait) -> Void
    ) async throws(FinoutError) -> Reservation {
        if route.dailyLimit != nil { try checkDay() }
        var waits: [String: Duration] = [:]
        let lane = lane(route)
        while true {
            waits[lane.name, default: .zero] += try await lane.enter(deadline: deadline, waiting: waiting)
            do throws(FinoutError) {
                waits[inFlight.name, default: .zero] += try await inFlight.enter(deadline: deadline, waiting: waiting)
            } catch {
                lane.giveBack()
                throw error
            }
            guard lane.isPaused else { break }
            // The pause began while this one, its slot in hand, waited for a place in flight.
            lane.giveBack()
            inFlight.giveBack()
        }
        if route.dailyLimit != nil {
            do throws(FinoutError) {
                try checkDay()
                count(1)
            } catch {
                lane.giveBack()
                inFlight.leave()
                throw error
            }
        }
        lastID += 1
        return Reservation(
            id: lastID, route: route.name, moment: HostLoop.now, waits: waits.filter { $0.value > .zero })
    }

    /// Frees the place in flight; the route's slot is held for the window's length yet.
    public func finish(_ reservation: Reservation) {
        inFlight.leave()
        lanes[reservation.route]?.leave()
        // The service may have counted the submission on either side of midnight.
        if reservation.route == RouteTable.submit.name, reservation.moment.day != HostLoop.now.day { count(1) }
    }

    /// Lets nothing out on the route before `moment`.
    public func pause(_ route: Route, until moment: Moment) {
        lane(route).pause(until: moment)
    }

    /// Lets no submission out before the next UTC midnight.
    public func exhaustDay() {
        count(settings.dailySubmissions)
    }

    /// Waits for a place among the running queries.
    public func reserveRunning(
        deadline: Moment?, waiting: (LimiterWait) -> Void
    ) async throws(FinoutError) -> Reservation {
        let waited = try await runningLane.enter(deadline: deadline, waiting: waiting)
        lastID += 1
        return Reservation(
            id: lastID, route: runningLane.name, moment: HostLoop.now,
            waits: waited > .zero ? [runningLane.name: waited] : [:])
    }

    /// Frees the place, `hold` later.
    public func finishRunning(_ reservation: Reservation, hold: Duration) {
        runningLane.leave(hold: hold)
    }

    /// Places taken.
    public var running: Int { runningLane.used }

    /// Every route used so far, the places in flight and running, and the day's submissions.
    public func status() -> [LimitStatus] {
        let known = RouteTable.all.map(\.name)
        let others = lanes.keys.filter { !known.contains($0) }.sorted()
        var list = (known + others).compactMap { lanes[$0] }.map { lane in
            LimitStatus(
                name: lane.name, used: lane.used, limit: lane.window.limit.count,
                window: lane.window.limit.window, freeAt: lane.freeAt)
        }
        for lane in [inFlight, runningLane] {
            list.append(
                LimitStatus(
                    name: lane.name, used: lane.used, limit: lane.window.limit.count, window: nil,
                    freeAt: lane.freeAt))
        }
        let used = today.map { $0.day == HostLoop.now.day ? $0.submissions : 0 } ?? 0
        list.append(
            LimitStatus(
                name: "submissions today", used: min(used, settings.dailySubmissions),
                limit: settings.dailySubmissions, window: .seconds(86_400),
                freeAt: used >= settings.dailySubmissions ? nextMidnight : nil))
        return list
    }

    private func lane(_ route: Route) -> LimiterLane {
        if let lane = lanes[route.name] { return lane }
        let lane = LimiterLane(name: route.name, limit: settings.limit(of: route))
        lanes[route.name] = lane
        return lane
    }

    private func checkDay() throws(FinoutError) {
        guard let today, today.day == HostLoop.now.day, today.submissions >= settings.dailySubmissions else { return }
        throw FinoutError(
            .quotaExhausted,
            "The account's \(settings.dailySubmissions) query submissions of \(today.day) (UTC) are used up.",
            hint: "Come back at \(nextMidnight).", apiCode: "RATE_LIMIT_DAILY_EXCEEDED", comeBackAt: nextMidnight)
    }

    private func count(_ submissions: Int) {
        let day = HostLoop.now.day
        today = (day, (today?.day == day ? today?.submissions ?? 0 : 0) + submissions)
    }

    private var nextMidnight: Moment { Day(daysSinceEpoch: HostLoop.now.day.daysSinceEpoch + 1).start }
}
