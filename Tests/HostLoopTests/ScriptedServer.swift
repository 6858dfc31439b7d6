import Glibc
import Synchronization

/// One request as the server read it.
struct Exchange: Sendable {
    /// Counted from 1 over the life of the server.
    let connection: Int
    /// Counted from 1 on its connection.
    let request: Int
    let head: String
    let body: [UInt8]

    var line: String { String(head.prefix { $0 != "\r\n" }) }
    var path: String { String(line.split(separator: " ")[1]) }
}

/// What the server does with its connection, byte for byte.
enum Step: Sendable {
    case send([UInt8])
    /// A pause before each byte.
    case drip([UInt8], microseconds: UInt32)
    /// Nothing more until the client goes away, which `departures` then reports.
    case hold
    case close
    /// An abrupt end: the client gets a reset.
    case reset

    static func text(_ text: String) -> Step { .send(Array(text.utf8)) }

    static func answer(_ status: String = "200 OK", fields: String = "", body: String) -> Step {
        .text("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
}

/// A server on loopback that answers each request with scripted bytes and keeps connections alive until told otherwise.
final class ScriptedServer: Sendable {
    let address: String
    /// One element for each connection that the client left while the server held it.
    let departures: AsyncStream<Void>

    private struct Counts {
        var connections = 0
        var requests: [Exchange] = []
    }

    private let counts = Mutex(Counts())
    private let listener: Int32
    private let departed: AsyncStream<Void>.Continuation

    private let isSplit = Reading.isSplit

    init(_ script: @escaping @Sendable (Exchange) -> [Step]) {
        let (socket, port) = boundSocket()
        precondition(listen(socket, 256) == 0)
        listener = socket
        address = "http://127.0.0.1:\(port)"
        (departures, departed) = AsyncStream.makeStream()
        startThread { [self] in
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0 else {
                    close(socket)
                    return
                }
                let number = counts.withLock { counts in
                    counts.connections += 1
                    return counts.connections
                }
                startThread { self.serve(connection, number: number, script) }
            }
        }
    }

    var connectionCount: Int { counts.withLock(\.connections) }
    var requests: [Exchange] { counts.withLock(\.requests) }

    /// Ends the accepting thread, which closes the socket: closed here, its number could already be another's.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Waits until a client has left a held connection.
    func waitForDeparture() async {
        for await _ in departures { return }
    }

    private func serve(_ connection: Int32, number: Int, _ script: (Exchange) -> [Step]) {
        defer { close(connection) }
        var one: Int32 = 1
        setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var received: [UInt8] = []
        for request in 1... {
            guard let exchange = read(connection, number: number, request: request, &received) else { return }
            counts.withLock { $0.requests.append(exchange) }
            for step in script(exchange) {
                guard perform(step, connection) else { return }
            }
        }
    }

    private func perform(_ step: Step, _ connection: Int32) -> Bool {
        switch step {
        case .send(let bytes):
            return write(bytes[...], connection)
        case .drip(let bytes, let microseconds):
            for index in bytes.indices {
                usleep(microseconds)
                guard write(bytes[index...index], connection) else { return false }
            }
            return true
        case .hold:
            var byte: UInt8 = 0
            while recv(connection, &byte, 1, 0) > 0 {}
            departed.yield()
            return false
        case .close:
            return false
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
            return false
        }
    }

    private func write(_ bytes: ArraySlice<UInt8>, _ connection: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            // What comes behind the first 64 KiB shows nothing new, and each byte is a system call.
            let most = isSplit && rest.startIndex - bytes.startIndex < 65_536 ? 1 : rest.count
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, most, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func read(_ connection: Int32, number: Int, request: Int, _ received: inout [UInt8]) -> Exchange? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let blank = received.indices.first(where: { received[$0...].starts(with: end) }) {
                let head = String(decoding: received[..<blank], as: UTF8.self)
                let length =
                    head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
                if received.count >= blank + 4 + length {
                    let body = Array(received[(blank + 4)..<(blank + 4 + length)])
                    received.removeFirst(blank + 4 + length)
                    return Exchange(connection: number, request: request, head: head, body: body)
                }
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer[..<count]
        }
    }
}

/// A socket with a port of its own on loopback that does not listen: who connects is refused.
func boundSocket() -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &name) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
        }
    }
    precondition(isBound, "no port on loopback")
    return (descriptor, UInt16(bigEndian: name.sin_port))
}

/// Runs `body` on a thread of its own, so that blocking calls take nothing from the pool.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, nil,
        { context in
            Unmanaged<Box>.fromOpaque(context!).takeRetainedValue().body()
            return nil
        }, Unmanaged.passRetained(Box(body)).toOpaque())
    precondition(failure == 0)
    pthread_detach(thread)
}

extension ScriptedServer {
    /// A server for the length of `body`.
    static func with<R>(
        _ script: @escaping @Sendable (Exchange) -> [Step], _ body: (ScriptedServer) async throws -> R
    ) async throws -> R {
        let server = ScriptedServer(script)
        defer { server.stop() }
        return try await body(server)
    }
}
