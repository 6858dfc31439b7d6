package import HostLoop

/// A request or a query as a limit sees it.
package struct SlotEntry: Sendable {
    /// Where it stands.
    package enum State: Hashable, Sendable {
        /// Waits, and expects its turn then.
        case waiting(Moment)
        /// On its way: its slot is held for the window's length after its end, which nobody knows yet.
        case open
        /// Ended: its slot is free at this moment.
        case kept(Moment)
    }

    /// Its place in the line: lower came first.
    package let id: Int64
    /// Where it stands.
    package let state: State

    /// An entry.
    package init(id: Int64, state: State) {
        self.id = id
        self.state = state
    }
}

/// First come, first served under a limit: values in, the moment of the turn out.
///
/// The service counts a request when it arrives, which is some moment between sending and the end of the exchange.
/// A slot is therefore held from sending until the end of the exchange plus the window: whatever the network's delay, no
/// stretch of the window's length sees more arrivals than the limit.
package enum SlotPolicy {
    /// Clocks that round to milliseconds must not turn "exactly one window later" into "within the window".
    package static let margin: Duration = .milliseconds(20)

    /// Who waits and has not looked after its turn for this long after it came has lost it: it may be stuck.
    package static let attention: Duration = .seconds(2)

    /// No request is on its way for longer than this: an attempt takes 120 seconds, a submission that is given up another
    /// 10. A process that has not finished it by then was stopped.
    package static let longestExchange: Duration = .seconds(150)

    /// No query has its place for longer than this: it is given up after an hour, and its submission waits for minutes.
    package static let longestQuery: Duration = .seconds(2 * 3600)

    /// When the turn of `ticket` comes under a limit of `limit` slots that count for `hold` after their exchange: nil is
    /// now. `entries` are the others of the limit. The moment is the earliest possible; asking again then settles it.
    package static func turn(
        of ticket: Int64, among entries: [SlotEntry], limit: Int, hold: Duration, now: Moment
    ) -> Moment? {
        var releases: [Moment] = []
        for entry in entries {
            switch entry.state {
            case .kept(let moment) where moment > now:
                // A clock that was set back must not make a slot count for longer than it can.
                releases.append(min(moment, now + hold))
            case .open: releases.append(now + hold)
            case .waiting(let turn) where entry.id < ticket && turn + attention > now:
                releases.append(max(turn, now) + hold)
            case .kept, .waiting: break
            }
        }
        guard releases.count >= limit else { return nil }
        releases.sort()
        return releases[releases.count - limit]
    }

    /// How many before `ticket` use a place or stand in line for one.
    package static func ahead(of ticket: Int64, among entries: [SlotEntry], now: Moment) -> Int {
        entries.count { entry in
            switch entry.state {
            case .open: true
            case .kept(let moment): moment > now
            case .waiting(let seen): entry.id < ticket && seen <= now && seen + attention > now
            }
        }
    }
}
