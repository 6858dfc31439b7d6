import Finout
import HostLoop
import RowDecoder
import StateStore

/// What `finlua limits` prints.
struct LimitsReport: Sendable {
    let service: String
    /// The account's hash.
    let account: String
    let now: Moment
    let limits: [LimitStatus]
    let submissions: SubmissionForecast
    let holders: [LimitHolder]

    /// For people.
    var text: String {
        let account = "account \(self.account.prefix(12)) at \(service), \(now)\n\n"
        return account + limitTable.text() + "\n" + forecast + "\n" + holderText
    }

    private var limitTable: TextTable {
        var table = TextTable([
            .init(title: "limit"), .init(title: "used", isNumber: true), .init(title: "of", isNumber: true),
            .init(title: "per"), .init(title: "waiting", isNumber: true), .init(title: "one more could go"),
        ])
        for limit in limits {
            table.rows.append([
                limit.name, ProgressState.grouped(limit.used), ProgressState.grouped(limit.limit),
                limit.window.map(Self.window) ?? "at a time", "\(limit.waiting)", next(limit),
            ])
        }
        return table
    }

    private static func window(_ window: Duration) -> String {
        window == .seconds(86_400) ? "UTC day" : Quantity.text(window)
    }

    private func next(_ limit: LimitStatus) -> String {
        if let moment = limit.freeAt, moment > now { return "in \(Quantity.text(moment - now)), at \(moment)" }
        return limit.used >= limit.limit && limit.window == nil ? "when one ends" : "now"
    }

    private var forecast: String {
        let left = "\(ProgressState.grouped(submissions.left)) submissions are left today"
        let reset = "the count begins anew at \(submissions.resetsAt)"
        if submissions.left == 0 { return "no submission is left today; \(reset)\n" }
        guard submissions.pace > 0 else { return "\(left); \(reset)\n" }
        let pace = "at \(ProgressState.grouped(Int(submissions.pace.rounded(.up)))) an hour"
        guard let moment = submissions.usedUpAt else { return "\(left), enough \(pace); \(reset)\n" }
        return "\(left); \(pace) they are used up at \(moment), and \(reset)\n"
    }

    private var holderText: String {
        if holders.isEmpty { return "nobody holds or waits for anything\n" }
        var table = TextTable([
            .init(title: "pid", isNumber: true), .init(title: "since"), .init(title: "what"),
            .init(title: "slots held"), .init(title: "requests waiting"), .init(title: "in flight", isNumber: true),
            .init(title: "running", isNumber: true), .init(title: "waiting to run", isNumber: true),
        ])
        for holder in holders {
            table.rows.append([
                "\(holder.pid)", "\(holder.started)", holder.label, Self.counts(holder.slots),
                Self.counts(holder.waiting),
                "\(holder.inFlight)", "\(holder.running)", "\(holder.waitingToRun)",
            ])
        }
        return table.text()
    }

    private static func counts(_ counts: [String: Int]) -> String {
        counts.isEmpty ? "-" : counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    /// For machines, on one line.
    var json: String {
        let limits = limits.map { limit in
            JSONValue.record([
                ("name", .string(limit.name)), ("used", .count(limit.used)), ("limit", .count(limit.limit)),
                ("window_seconds", limit.window.map(JSONValue.seconds)), ("waiting", .count(limit.waiting)),
                ("free_at", limit.freeAt.map(JSONValue.moment)),
            ])
        }
        let holders = holders.map { holder in
            JSONValue.record([
                ("pid", .count(holder.pid)), ("label", .string(holder.label)), ("since", .moment(holder.started)),
                ("slots", .counts(holder.slots)), ("waiting", .counts(holder.waiting)),
                ("in_flight", .count(holder.inFlight)), ("running", .count(holder.running)),
                ("waiting_to_run", .count(holder.waitingToRun)),
            ])
        }
        return JSONValue.record([
            ("account", .string(account)), ("service", .string(service)), ("time", .moment(now)),
            ("limits", .array(limits)),
            (
                "submissions",
                .record([
                    ("used", .count(submissions.used)), ("limit", .count(submissions.limit)),
                    ("left", .count(submissions.left)), ("an_hour", .number(submissions.pace)),
                    ("used_up_at", submissions.usedUpAt.map(JSONValue.moment)),
                    ("resets_at", .moment(submissions.resetsAt)),
                ])
            ),
            ("holders", .array(holders)),
        ]).line + "\n"
    }
}
