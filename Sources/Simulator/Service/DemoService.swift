import Glibc
import HostLoop
import RowDecoder
import Synchronization

/// The demo account's routes: takes requests and gives answers, knows nothing of sockets.
final class DemoService: Sendable {
    let account: DemoAccount
    /// The server's own time, wrong where a fault says so.
    private let clock: @Sendable () -> Moment
    private let state: Mutex<ServiceState>

    init(_ account: DemoAccount, clock: @escaping @Sendable () -> Moment) {
        self.account = account
        let skew = ClockSkew.total(of: account.options.faults)
        self.clock = { clock() + skew }
        state = Mutex(ServiceState(account.options))
    }

    /// What was counted so far.
    var report: SimulatorReport {
        state.withLock { state in
            var report = state.report
            report.faults = state.faults.met
            return report
        }
    }

    /// Answers a request; it is in flight until `end` is called.
    func answer(_ request: ServiceRequest) -> Reply {
        // That a client gave up on a request is heard of a moment after its next one comes.
        for _ in 0..<40 where state.withLock({ $0.isFull }) { usleep(5000) }
        let requestID = state.withLock { state in
            state.begin()
            return state.nextRequestID()
        }
        var reply: Reply
        do throws(SimulatorError) {
            let call: Call
            do throws(SimulatorError) {
                call = try Call(request)
            } catch {
                state.withLock { $0.report.unknownRequests += 1 }
                throw error
            }
            reply = answer(call, request, requestID: requestID)
        } catch {
            reply = refusal(error, requestID: requestID)
        }
        reply.headers.append((name: "date", value: clock().httpDate))
        state.withLock { $0.report.statuses[reply.delivery.isAnswered ? reply.status : 0, default: 0] += 1 }
        return reply
    }

    /// The last piece of an answer was handed over.
    func end() { state.withLock { $0.end() } }

    private func answer(_ call: Call, _ request: ServiceRequest, requestID: String) -> Reply {
        let (now, isAdmitted, fault) = state.withLock { state in
            let now = clock()
            let isAdmitted = state.admit(call.route, at: now)
            return (now, isAdmitted, isAdmitted ? state.faults.request(call.route) : nil)
        }
        var reply: Reply
        var refusedCode: String?
        let echo = fault.flatMap(Echo.init)
        do throws(SimulatorError) {
            guard request.clientID == account.options.clientID, request.secretKey == account.options.secretKey else {
                throw SimulatorError(status: 401, code: "UNAUTHORIZED", message: "Invalid client id or secret key")
            }
            guard isAdmitted else {
                throw SimulatorError(
                    status: 429, code: "RATE_LIMIT_EXCEEDED",
                    message:
                        "Too many requests. Limit: \(account.options.limits.requestsPerRoute) per minute per route.")
            }
            if let status = fault.flatMap({ Int($0) }) ?? echo?.status { throw .fault(status) }
            guard !request.isTooLarge else {
                throw SimulatorError(
                    status: 413, code: "PAYLOAD_TOO_LARGE",
                    message: "The body is larger than \(account.options.limits.bodyBytes) bytes")
            }
            reply = try perform(call, request, requestID: requestID)
        } catch {
            reply = refusal(error, requestID: requestID)
            if error.status == 429 { refusedCode = error.code }
        }
        // After the call, so that a submission's own place is counted in.
        reply.headers += state.withLock { $0.limitHeaders(call.route, at: now, refused: refusedCode) }
        if let echo { reply.echo(echo, call.route, request) } else if let fault { reply.spoil(fault) }
        return reply
    }

    private func perform(_ call: Call, _ request: ServiceRequest, requestID: String) throws(SimulatorError) -> Reply {
        switch call {
        case .keys: return answer(["keys": .array(DemoKey.all.map(\.json))], requestID)
        case .values(let costCenter, let key, let type):
            let values = try self.values(costCenter: costCenter, key: key, type: type)
            return answer(["values": .array(values.map { .string($0) })], requestID)
        case .submit: return answer(["queryId": .string(try submit(request.body))], requestID)
        case .status(let id):
            let data = try state.withLock { state throws(SimulatorError) in try state.statusData(id, at: clock()) }
            return answer(data, requestID)
        case .results(let id, let pageSize, let cursor):
            return try results(id, pageSize: pageSize, cursor: cursor, requestID: requestID)
        }
    }

    private func values(costCenter: String, key: String, type: String?) throws(SimulatorError) -> [String] {
        guard let known = DemoKey.all.first(where: { $0.costCenter == costCenter && $0.key == key }),
            type.map(known.types.contains) ?? true
        else { throw SimulatorError(message: "Invalid cost center, key or type provided") }
        if type == nil, known.types.count > 1, !state.withLock({ $0.faults.meets(.values, "first-type") }) {
            throw SimulatorError(
                message: "Multiple types found for the requested key. Please specify type. Available types: "
                    + known.types.joined(separator: ", "))
        }
        let column = DemoKey.column(costCenter: costCenter, key: key, type: type ?? known.types[0])
        return column.map(account.values) ?? []
    }

    private func submit(_ body: [UInt8]) throws(SimulatorError) -> String {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body)
        } catch {
            throw SimulatorError(message: "body is not JSON: \(error)")
        }
        let query = try QueryRequest(value)
        let ordinal = try state.withLock { state throws(SimulatorError) in
            try state.reserve(bodyHash: stableHash(body), at: clock())
        }
        // Outside the lock: nobody waits for another's evaluation.
        let result = account.evaluate(query, limit: query.rowLimit)
        return state.withLock { $0.store(result, ordinal: ordinal, at: clock()) }
    }

    private func results(
        _ id: String, pageSize: String?, cursor: String?, requestID: String
    ) throws(SimulatorError) -> Reply {
        let (query, kept) = try state.withLock { state throws(SimulatorError) in
            let query = try state.readable(id, at: clock())
            return (query, state.result(id))
        }
        let size = try Cursor.pageSize(pageSize)
        let rowCount = min(query.totalRows, query.request.rowLimit)
        let offset = try Cursor.offset(cursor, of: id, rowCount: rowCount)
        let result = kept ?? account.evaluate(query.request, limit: query.request.rowLimit)
        let page = state.withLock { state in
            state.keep(result, of: id)
            let end = min(offset + size, rowCount)
            var page = ResultPage(
                rows: offset..<end, hasMore: end < rowCount, totalRows: query.totalRows,
                nextCursor: end < rowCount ? Cursor.text(end, of: id) : nil)
            state.faults.change(&page, asked: cursor ?? Cursor.text(0, of: id))
            state.report.rowsServed += page.rows.count
            return page
        }
        return Reply(status: 200, body: result.json(page, requestID: requestID))
    }

    private func answer(_ data: JSONValue, _ requestID: String) -> Reply {
        let value: JSONValue = ["requestId": .string(requestID), "data": data]
        return Reply(status: 200, body: (try? value.serialized()) ?? [])
    }

    private func refusal(_ error: SimulatorError, requestID: String) -> Reply {
        let hasErrorField = state.withLock { $0.faults.meets(.errors, "error-field") }
        let value: JSONValue =
            hasErrorField
            ? ["requestId": .string(requestID), "error": .string(error.code), "message": .string(error.message)]
            : ["requestId": .string(requestID), "message": .string(error.message), "code": .string(error.code)]
        return Reply(status: error.status, body: (try? value.serialized()) ?? [])
    }
}

extension Reply.Delivery {
    /// Something of the answer is sent.
    fileprivate var isAnswered: Bool {
        switch self {
        case .reset, .mute: false
        default: true
        }
    }
}

extension DemoKey {
    fileprivate var json: JSONValue {
        [
            "costCenter": .string(costCenter), "key": .string(key), "displayName": .string(displayName),
            "types": .array(types.map { .string($0) }),
        ]
    }
}
