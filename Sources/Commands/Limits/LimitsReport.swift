import Finout
import HostLoop
import StateStore
import Wording

/// What `finlua limits` prints.
struct LimitsReport: Sendable {
    let service: String
    /// The account's hash.
    let account: String
    let now: Moment
    let limits: [LimitStatus]
    let submissions: SubmissionForecast
    /// Nil where no query waits.
    let queue: QueueForecast?
    let holders: [LimitHolder]
    let abandonedPlaces: Int

    /// For people, the table of holders cut at `width`; what a terminal of 80 columns shows without.
    func text(width: Int) -> String {
        let account = "account \(self.account.prefix(12)) at \(service), \(now)\n\n"
        return account + limitTable.text(width: width) + "\n" + forecast + "\n" + holderText(width: width)
    }

    private var limitTable: TextTable {
        var table = TextTable([
            .init(title: "limit"), .init(title: "used", isNumber: true), .init(title: "of", isNumber: true),
            .init(title: "per"), .init(title: "waiting", isNumber: true), .init(title: "one more could go"),
        ])
        for limit in limits {
            table.rows.append([
                limit.name, limit.used.grouped, limit.limit.grouped,
                limit.window.map(Self.window) ?? "at once", "\(limit.waiting)", next(limit),
            ])
        }
        return table
    }

    private static func window(_ window: Duration) -> String {
        window == .seconds(86_400) ? "UTC day" : Quantity.text(window)
    }

    private func next(_ limit: LimitStatus) -> String {
        if let moment = limit.freeAt, moment > now { return "in \(Quantity.text(moment - now)) (\(clock(moment)))" }
        guard limit.used >= limit.limit, limit.window == nil else { return "now" }
        return limit.waiting > 0 ? "after those that wait" : "when one ends"
    }

    /// The time of a moment, with the day where that is another.
    private func clock(_ moment: Moment) -> String {
        moment > now - .seconds(86_400) && moment < now + .seconds(86_400) ? Quantity.clock(moment) : "\(moment)"
    }

    private var forecast: String {
        var text = "\(budget)\n"
        if let queue {
            text +=
                "\(queue.waiting.grouped) \(queue.waiting == 1 ? "query waits" : "queries wait") for a place; "
                + "the last is submitted at \(clock(queue.noSoonerThan)) or later\n"
        }
        return text
    }

    private var budget: String {
        let reset = "the count begins anew at midnight, UTC"
        if submissions.left == 0 { return "no submission is left today; \(reset)" }
        let left = "\(submissions.left.grouped) submissions are left today"
        guard submissions.pace > 0 else { return "\(left); \(reset)" }
        let pace = "at \(Int(submissions.pace.rounded(.up)).grouped) an hour"
        guard let moment = submissions.usedUpAt else { return "\(left), enough \(pace) until midnight, UTC" }
        return "\(left); \(pace) they are used up at \(clock(moment))"
    }

    private func holderText(width: Int) -> String {
        if holders.isEmpty { return abandoned ?? "nobody holds or waits for anything\n" }
        var table = TextTable([
            .init(title: "pid", isNumber: true), .init(title: "since"), .init(title: "running", isNumber: true),
            .init(title: "waiting for"), .init(title: "slots held"), .init(title: "what"),
        ])
        for holder in holders {
            let waiting = holder.waiting.merging(holder.waitingToRun > 0 ? ["to run": holder.waitingToRun] : [:]) {
                $1
            }
            let held = holder.slots.merging(holder.inFlight > 0 ? ["in flight": holder.inFlight] : [:]) { $1 }
            table.rows.append([
                "\(holder.pid)", clock(holder.started), "\(holder.running)", Self.counts(waiting), Self.counts(held),
                holder.label,
            ])
        }
        return table.text(width: width) + (abandoned.map { "\n" + $0 } ?? "")
    }

    /// Queries that hold places although no process waits for them; nil where there are none.
    private var abandoned: String? {
        guard abandonedPlaces > 0 else { return nil }
        return "\(abandonedPlaces.grouped) running \(abandonedPlaces == 1 ? "query was" : "queries were") "
            + "left by runs that have ended; to go on with\nthose (--resume) frees the places sooner\n"
    }

    private static func counts(_ counts: [String: Int]) -> String {
        counts.isEmpty ? "-" : counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}
