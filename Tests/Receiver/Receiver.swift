import CMicroHTTPD
import Synchronization

/// A service on loopback that takes messages, keeps them, and answers as it is told.
package final class Receiver: Sendable {
    package struct Request: Sendable {
        package let path: String
        package let body: [UInt8]
        package let fields: [String: String]

        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    package struct Answer: Sendable {
        package var status = 200
        package var fields: [String: String] = [:]
        package var body = "ok"
        /// Never answers: the sender cannot know what became of its message.
        package var isMute = false

        package init(_ status: Int = 200, _ body: String = "ok", fields: [String: String] = [:], isMute: Bool = false) {
            (self.status, self.body, self.fields, self.isMute) = (status, body, fields, isMute)
        }
    }

    private let door: Door
    private let server: Mutex<UnsafeMutablePointer<cmh_server>?>
    package let address: String

    /// `answer` is asked with the number of the request, from 1.
    package init(_ answer: @escaping @Sendable (Int, Request) -> Answer = { _, _ in Answer() }) {
        door = Door(answer)
        let context = Unmanaged.passUnretained(door).toOpaque()
        guard let started = cmh_start(0, 1 << 24, answerRequest, context) else { fatalError("no port on loopback") }
        address = "http://127.0.0.1:\(cmh_port(started))"
        server = Mutex(started)
    }

    deinit { stop() }

    package func stop() {
        door.isClosing.store(true, ordering: .relaxed)
        server.withLock { server in
            if let running = server { cmh_stop(running) }
            server = nil
        }
    }

    /// What came so far.
    package var requests: [Request] { door.requests.withLock { $0 } }
}

private final class Door: Sendable {
    let answer: @Sendable (Int, Receiver.Request) -> Receiver.Answer
    let requests = Mutex<[Receiver.Request]>([])
    let isClosing = Atomic(false)

    init(_ answer: @escaping @Sendable (Int, Receiver.Request) -> Receiver.Answer) { self.answer = answer }
}

private func answerRequest(
    _ context: UnsafeMutableRawPointer?, _ request: UnsafeMutablePointer<cmh_request>?
) -> MHD_Result {
    guard let context, let request = request?.pointee, let connection = request.connection else { return .NO }
    let door = Unmanaged<Door>.fromOpaque(context).takeUnretainedValue()
    let names = ["Content-Type", "Idempotency-Key", "X-Finlua-Timestamp", "X-Finlua-Signature", "Authorization"]
    var fields: [String: String] = [:]
    for name in names { fields[name] = cmh_header(connection, name).map { String(cString: $0) } }
    let received = Receiver.Request(
        path: String(cString: request.target),
        body: Array(UnsafeRawBufferPointer(start: request.body, count: request.body_count)), fields: fields)
    let number = door.requests.withLock { requests in
        requests.append(received)
        return requests.count
    }
    let answer = door.answer(number, received)
    if answer.isMute {
        let socket = cmh_socket(connection)
        while cmh_is_hung_up(socket) == 0, !door.isClosing.load(ordering: .relaxed) { usleep(5000) }
        return .NO
    }
    var bytes = Array(answer.body.utf8)
    let response = bytes.withUnsafeMutableBytes {
        MHD_create_response_from_buffer($0.count, $0.baseAddress, .RESPMEM_MUST_COPY)
    }
    for (name, value) in answer.fields { _ = MHD_add_response_header(response, name, value) }
    let result = MHD_queue_response(connection, UInt32(answer.status), response)
    MHD_destroy_response(response)
    return result
}
