import Glibc
import Synchronization

/// An HTTP server on loopback that takes whatever it is sent and answers each request with the same status.
final class Receiver: Sendable {
    struct Request: Sendable, Equatable {
        let path: String
        let body: String
    }

    let port: UInt16
    private let listener: Int32
    private let status: Int
    private let taken = Mutex<[Request]>([])

    /// With `status` 0 it takes requests and never answers.
    init(status: Int = 200) {
        self.status = status
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, address, &size) == 0
            }
        }
        precondition(bound, "no port is free")
        self.listener = listener
        port = address.sin_port.bigEndian
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                Unmanaged<Receiver>.fromOpaque(context!).takeRetainedValue().serve()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        pthread_detach(thread)
    }

    var address: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { taken.withLock { $0 } }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// One connection after the other.
    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            var bytes: [UInt8] = []
            while let text = String(validating: bytes, as: UTF8.self), !isWhole(text), read(connection, into: &bytes) {}
            take(String(decoding: bytes, as: UTF8.self))
            if status > 0 {
                let answer = Array("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
                _ = write(connection, answer, answer.count)
            } else {
                // Until the client goes away.
                while read(connection, into: &bytes) {}
            }
            close(connection)
        }
        close(listener)
    }

    private func read(_ connection: Int32, into bytes: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = recv(connection, &chunk, chunk.count, 0)
        bytes += chunk[..<max(count, 0)]
        return count > 0
    }

    private func isWhole(_ text: String) -> Bool {
        guard let head = text.firstRange(of: "\r\n\r\n") else { return false }
        let field = text[..<head.lowerBound].lowercased().split(separator: "\r\n").first {
            $0.hasPrefix("content-length:")
        }
        let length = field.flatMap { Int($0.split(separator: ":")[1].filter(\.isNumber)) } ?? 0
        return text[head.upperBound...].utf8.count >= length
    }

    private func take(_ text: String) {
        guard let head = text.firstRange(of: "\r\n\r\n") else { return }
        let words = text[..<head.lowerBound].split(separator: " ")
        guard words.count > 1 else { return }
        taken.withLock { $0.append(Request(path: String(words[1]), body: String(text[head.upperBound...]))) }
    }
}
