import HostLoop
import RowDecoder

extension ServiceState {
    /// What the status route says of a query.
    mutating func statusData(_ id: String, at now: Moment) throws(SimulatorError) -> JSONValue {
        let query = try query(id)
        var word = query.status(at: now)
        let isLower = faults.meets(.status, "lower")
        if faults.meets(.status, "unknown") { return ["status": isLower ? "finalizing" : "FINALIZING"] }
        switch word {
        case .queued, .running: if faults.meets(.status, "premature") { word = .completed }
        case .completed: if faults.meets(.status, "back") { word = .running }
        case .failed, .expired: break
        }
        var members: [JSONValue.Member] = [
            .init(name: "status", value: .string(isLower ? word.rawValue : word.rawValue.uppercased()))
        ]
        guard word == .completed else { return .object(members) }
        change(id) { $0.wasSaidComplete = true }
        members.append(.init(name: "completedAt", value: .string(query.completed.finoutText)))
        members.append(.init(name: "expiredAt", value: .string(query.expires.finoutText)))
        if !faults.meets(.status, "no-total") {
            let total = query.totalRows + (faults.meets(.status, "wrong-total") ? 1 : 0)
            members.append(.init(name: "totalRows", value: .integer(Int64(total))))
        }
        return .object(members)
    }

    /// A query whose results can be read; fails as the results route does for any other.
    mutating func readable(_ id: String, at now: Moment) throws(SimulatorError) -> DemoQuery {
        let query = try query(id)
        var status = query.status(at: now)
        if status == .queued || status == .running {
            // Who was told that it has completed asks in good faith.
            if !query.wasSaidComplete { count(.earlyResults) }
        } else if status == .completed {
            if faults.meets(.results, "expire") {
                change(id) { $0.isExpired = true }
                status = .expired
            } else if faults.meets(.results, "not-ready") {
                status = .running
            }
        }
        switch status {
        case .completed: return query
        case .queued, .running:
            throw SimulatorError(
                status: faults.meets(.results, "early-102") ? 102 : 202,
                code: status == .queued ? "QUERY_QUEUED" : "QUERY_RUNNING",
                message: status == .queued ? "Query has not started yet." : "Query is still running.")
        case .failed:
            throw SimulatorError(status: 424, code: "QUERY_FAILED", message: "Query execution failed.")
        case .expired:
            throw SimulatorError(status: 410, code: "RESULTS_EXPIRED", message: "Query results have expired.")
        }
    }
}
