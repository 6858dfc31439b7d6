import Glibc
import HostLoop
import Testing

@Suite struct TLSTests {
    @Test func `a certificate that nobody vouches for is refused`() async throws {
        let server = OpenSSLServer()
        let error = try #require(
            await #expect(throws: HTTPError.self) {
                try await fetch(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
            })
        #expect(error.kind == .tls, "\(error)")
        #expect(error.message.contains("127.0.0.1:\(server.port)") && error.message.contains("certificate"))
    }

    @Test func `a trusted certificate is accepted`() async throws {
        let server = OpenSSLServer()
        let response = try await fetch(
            HTTPRequest(url: "https://127.0.0.1:\(server.port)/"), HTTPConfiguration(caFile: server.certificate))
        #expect(response.status == 200)
        #expect(response.body.text.contains("TLSv1.3"))
    }

    @Test func `HTTP 2 is offered before HTTP 1`() async throws {
        let (descriptor, port) = boundSocket()
        defer { close(descriptor) }
        precondition(listen(descriptor, 1) == 0)
        let hello = AsyncStream.makeStream(of: [UInt8].self)
        startThread {
            let connection = accept(descriptor, nil, nil)
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(connection, &bytes, bytes.count, 0)
            close(connection)
            hello.continuation.yield(Array(bytes[..<max(count, 0)]))
        }
        let error = await #expect(throws: HTTPError.self) {
            try await fetch(HTTPRequest(url: "https://127.0.0.1:\(port)/"))
        }
        // A connection that breaks during the handshake may be tried again; a refused certificate may not.
        #expect(error?.kind == .connect)
        var iterator = hello.stream.makeAsyncIterator()
        let sent = await iterator.next() ?? []
        // The ALPN extension of the ClientHello: each name behind its length.
        let offer = Array("\u{2}h2\u{8}http/1.1".utf8)
        #expect(sent.indices.contains { sent[$0...].starts(with: offer) })
    }

    @Test func `a trusted certificate for another host is refused`() async throws {
        let server = OpenSSLServer(subject: "DNS:app.finout.io")
        let error = try #require(
            await #expect(throws: HTTPError.self) {
                try await fetch(
                    HTTPRequest(url: "https://127.0.0.1:\(server.port)/"),
                    HTTPConfiguration(caFile: server.certificate))
            })
        #expect(error.kind == .tls, "\(error)")
    }

    @Test func `a server that does not speak TLS is refused`() async throws {
        try await ScriptedServer.with({ _ in [.answer(body: "plain")] }) { server in
            // The handshake never ends in a blank line, so the server waits for more.
            var request = HTTPRequest(url: server.address.replacing("http:", with: "https:"))
            request.connectTimeout = .milliseconds(200)
            let error = try #require(await #expect(throws: HTTPError.self) { try await fetch(request) })
            #expect(error.kind == .connect, "\(error)")
            #expect(error.message.contains("0.2 s"))
        }
    }
}
