import Finout
import HostLoop
import RowDecoder
import StateStore

extension LimitsReport {
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
                    ("resets_at", .moment(submissions.resetsAt)), ("waiting", .count(queue?.waiting ?? 0)),
                    ("last_no_sooner_than", (queue?.noSoonerThan).map(JSONValue.moment)),
                ])
            ),
            ("holders", .array(holders)), ("abandoned_places", .count(abandonedPlaces)),
        ]).line + "\n"
    }
}
