import CMicroHTTPD
public import HostLoop
import Synchronization

/// The demo account as a server on 127.0.0.1; ends with its last reference.
///
/// It takes its time from a clock given to it, so limits and queries keep to virtual time in tests; latency and slow
/// answers are real.
public final class SimulatorServer: Sendable {
    /// For example `http://127.0.0.1:40001`.
    public let address: String
    /// The account it serves.
    public let account: DemoAccount

    private let door: ServiceDoor
    private let server: Mutex<UnsafeMutablePointer<cmh_server>?>

    /// Starts serving; time comes from `clock`.
    ///
    /// Fails when the port cannot be had.
    public init(
        _ options: DemoOptions, clock: @escaping @Sendable () -> Moment = { HostLoop.now }
    ) throws(SimulatorStartError) {
        account = DemoAccount(options)
        door = ServiceDoor(DemoService(account, clock: clock), options)
        // The door outlives the server, which is stopped before it is let go.
        let context = Unmanaged.passUnretained(door).toOpaque()
        guard let started = cmh_start(options.port, options.limits.bodyBytes, answerRequest, context) else {
            throw SimulatorStartError(
                description: "cannot serve the demo account on 127.0.0.1 port \(options.port): it may be in use")
        }
        address = "http://127.0.0.1:\(cmh_port(started))"
        server = Mutex(started)
    }

    deinit { stop() }

    /// Stops serving: breaks off slow answers and waits for the others.
    public func stop() {
        door.isClosing.store(true, ordering: .relaxed)
        server.withLock { server in
            if let running = server { cmh_stop(running) }
            server = nil
        }
    }

    /// What was counted so far.
    public var report: SimulatorReport { door.service.report }
}

/// What libmicrohttpd's threads share.
final class ServiceDoor: Sendable {
    let service: DemoService
    let latency: Duration
    let splits: Bool
    let isClosing = Atomic(false)

    init(_ service: DemoService, _ options: DemoOptions) {
        self.service = service
        latency = options.latency
        splits = options.splits
    }

    /// Holds the thread up, real time; ends early when the server stops or `isOver` says so.
    func pause(_ duration: Duration, until isOver: () -> Bool = { false }) {
        let clock = ContinuousClock()
        let end = clock.now + duration
        while !isClosing.load(ordering: .relaxed), !isOver() {
            let left = end - clock.now
            guard left > .zero else { return }
            usleep(UInt32(min(left, .milliseconds(20)).components.attoseconds / 1_000_000_000_000))
        }
    }
}

private func answerRequest(
    _ context: UnsafeMutableRawPointer?, _ request: UnsafeMutablePointer<cmh_request>?
) -> MHD_Result {
    guard let context, let request, let connection = request.pointee.connection else { return .NO }
    let door = Unmanaged<ServiceDoor>.fromOpaque(context).takeUnretainedValue()
    let reply = door.service.answer(ServiceRequest(request.pointee))
    door.pause(door.latency)
    let transmission = Transmission(reply, door: door, socket: cmh_socket(connection))
    if transmission.sendsByItself() { return .NO }
    return transmission.queue(on: connection)
}

extension ServiceRequest {
    fileprivate init(_ request: cmh_request) {
        func header(_ name: String) -> String? {
            cmh_header(request.connection, name).map { String(cString: $0) }
        }
        self.init(
            method: String(cString: request.method), target: String(cString: request.target),
            clientID: header("x-finout-client-id"), secretKey: header("x-finout-secret-key"),
            body: Array(UnsafeRawBufferPointer(start: request.body, count: request.body_count)),
            isTooLarge: request.is_too_large != 0)
    }
}
