import HostLoop
import Testing

@Suite(.wholeAndSplit) struct HTTPResponseTests {
    @Test func `a response arrives with status, fields and a padded body`() async throws {
        let script: @Sendable (Exchange) -> [Step] = { _ in
            [.answer("207 Multi-Status", fields: "X-One: 1\r\nx-two:  b c \r\nX-ONE: 2\r\n", body: "hello")]
        }
        try await ScriptedServer.with(script) { server in
            let response = try await fetch(HTTPRequest(url: server.address + "/path?q=1"))
            #expect(response.status == 207)
            #expect(response.version == "1.1")
            #expect(response.headers["x-one"] == "2")
            #expect(response.headers.all("X-One") == ["1", "2"])
            #expect(response.headers["X-Two"] == "b c")
            #expect(response.headers["x-three"] == nil)
            #expect(response.body.text == "hello")
            #expect(response.body.capacity >= 5 + 64)
            let padding = UnsafeRawBufferPointer(start: response.body.bytes.baseAddress! + 5, count: 64)
            #expect(padding.allSatisfy { $0 == 0 })
            #expect(response.duration > .zero)
            #expect(server.requests.map(\.path) == ["/path?q=1"])
        }
    }

    @Test func `method, fields and body are sent as given`() async throws {
        try await ScriptedServer.with({ _ in [.answer(body: "")] }) { server in
            var request = HTTPRequest(
                method: "PATCH", url: server.address, headers: [("X-Key", "a: b"), ("X-Empty", "")],
                body: Array("{\"a\":\0}".utf8))
            _ = try await fetch(request)
            request.method = "POST"
            request.body = []
            request.headers = [("Content-Type", "application/json")]
            _ = try await fetch(request)
            request.body = [UInt8](repeating: 7, count: 3 << 20)
            _ = try await fetch(request)
            _ = try await fetch(HTTPRequest(method: "DELETE", url: server.address))
            let sent = server.requests
            let first = sent[0].head.lowercased().split(separator: "\r\n")
            #expect(sent[0].line == "PATCH / HTTP/1.1")
            #expect(sent[0].body == Array("{\"a\":\0}".utf8))
            #expect(first.contains("x-key: a: b") && first.contains("x-empty:"))
            #expect(first.contains("user-agent: finlua") && first.contains("accept-encoding: deflate, gzip, br, zstd"))
            #expect(!first.contains { $0.hasPrefix("content-type") || $0.hasPrefix("expect") })
            #expect(sent[1].line == "POST / HTTP/1.1" && sent[1].head.contains("Content-Type: application/json"))
            #expect(sent[1].head.lowercased().contains("content-length: 0"))
            #expect(sent[2].body == request.body)
            #expect(!sent[2].head.lowercased().contains("expect:"))
            #expect(sent[3].line == "DELETE / HTTP/1.1")
        }
    }

    @Test func `a chunked body arrives whole and its trailers replace no field`() async throws {
        let script: @Sendable (Exchange) -> [Step] = { _ in
            [
                .text("HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
                .text("3\r\nabc\r\n"), .text("2\r\nde\r\n0\r\nX-A: 2\r\n\r\n"),
            ]
        }
        try await ScriptedServer.with(script) { server in
            let response = try await fetch(HTTPRequest(url: server.address))
            #expect(response.body.text == "abcde")
            #expect(response.headers["x-a"] == "1")
        }
    }

    @Test func `a gzip body arrives decompressed`() async throws {
        let script: @Sendable (Exchange) -> [Step] = { _ in
            [
                .text("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(gzippedHello.count)\r\n\r\n"),
                .send(gzippedHello),
            ]
        }
        try await ScriptedServer.with(script) { server in
            let response = try await fetch(HTTPRequest(url: server.address))
            #expect(response.body.text == "hello, hello, hello")
        }
    }

    @Test func `a body that comes byte by byte arrives whole`() async throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\": 12}"
        try await ScriptedServer.with({ _ in [.drip(Array(text.utf8), microseconds: 300)] }) { server in
            var request = HTTPRequest(url: server.address)
            request.stallTimeout = .seconds(20)
            let response = try await fetch(request)
            #expect(response.body.text == "{\"a\": 12}")
        }
    }

    @Test func `a body without a length ends with its connection`() async throws {
        try await ScriptedServer.with({ _ in [.text("HTTP/1.0 200 OK\r\n\r\nabc"), .close] }) { server in
            let response = try await fetch(HTTPRequest(url: server.address))
            #expect(response.body.text == "abc")
            #expect(response.version == "1.0")
        }
    }

    @Test func `a large body arrives whole in memory of about its size`() async throws {
        let body = [UInt8]((0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let script: @Sendable (Exchange) -> [Step] = { exchange in
            exchange.path == "/sized"
                ? [.text("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n"), .send(body)]
                : [.text("HTTP/1.1 200 OK\r\n\r\n"), .send(body), .close]
        }
        try await ScriptedServer.with(script) { server in
            for path in ["/sized", "/unsized"] {
                let response = try await fetch(HTTPRequest(url: server.address + path))
                #expect(response.body.bytes.elementsEqual(body))
                #expect(response.body.capacity < body.count + body.count / 4)
            }
        }
    }

    @Test(arguments: [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"), ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"),
    ])
    func `an answer that has no body by its nature is whole without one`(method: String, text: String) async throws {
        try await ScriptedServer.with({ _ in [.text(text)] }) { server in
            let response = try await HostLoop.withRealClock {
                let client = HTTPClient(HTTPConfiguration(reading: 16))
                _ = try await client.send(HTTPRequest(method: method, url: server.address))
                return try await client.send(HTTPRequest(method: method, url: server.address))
            }
            #expect(response.body.count == 0)
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `a redirect is returned and not followed`() async throws {
        let script: @Sendable (Exchange) -> [Step] = { _ in
            [.answer("302 Found", fields: "Location: /elsewhere\r\n", body: "")]
        }
        try await ScriptedServer.with(script) { server in
            let response = try await fetch(HTTPRequest(url: server.address, headers: [("x-secret", "s")]))
            #expect(response.status == 302)
            #expect(response.headers["location"] == "/elsewhere")
            #expect(server.requests.count == 1)
        }
    }

    @Test func `interim answers before the final one are skipped`() async throws {
        let script: @Sendable (Exchange) -> [Step] = { _ in
            [
                .text("HTTP/1.1 102 Processing\r\nX-Interim: 1\r\n\r\n"),
                .text("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"), .answer("404 Not Found", body: "no"),
            ]
        }
        try await ScriptedServer.with(script) { server in
            let response = try await fetch(HTTPRequest(url: server.address))
            #expect(response.status == 404)
            #expect(response.headers["x-interim"] == nil && response.headers["link"] == nil)
            #expect(response.body.text == "no")
        }
    }

    @Test(
        "a server that ends the exchange after 102 gives the status 102",
        arguments: [
            "Content-Type: application/json\r\nContent-Length: 24\r\n\r\n{\"status\": \"processing\"}",
            "Content-Type: application/json\r\n\r\n{\"status\":\n \"processing\"}\n\n", "\r\n",
            "Content-Length: 0\r\n\r\n",
        ], [true, false])
    func interimEnd(rest: String, closes: Bool) async throws {
        let isSilent = rest.hasSuffix("\r\n")
        // A server that says nothing more and stays is a stall, tested elsewhere.
        guard closes || !isSilent else { return }
        let script: @Sendable (Exchange) -> [Step] = { _ in
            [.text("HTTP/1.1 102 Processing\r\n" + rest), closes ? .close : .hold]
        }
        try await ScriptedServer.with(script) { server in
            var request = HTTPRequest(url: server.address)
            request.stallTimeout = .seconds(20)
            let response = try await fetch(request)
            #expect(response.status == 102)
            #expect(response.body.count == 0)
            #expect(server.requests.count == 1)
        }
    }
}

/// Why `request` got no response; nil if it got one.
@HostLoop func failure(of request: HTTPRequest, _ client: HTTPClient) async -> HTTPError? {
    do {
        _ = try await client.send(request)
        return nil
    } catch {
        return error
    }
}

/// One request by a client of its own, under the machine's clock.
func fetch(_ request: HTTPRequest, _ configuration: HTTPConfiguration = .init(reading: 16)) async throws -> HTTPResponse
{
    try await HostLoop.withRealClock { try await HTTPClient(configuration).send(request) }
}

/// "hello, hello, hello" as gzip writes it.
private let gzippedHello: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xD7,
    0x51, 0xC8, 0x40, 0xA2, 0x00, 0x9F, 0xA1, 0xCA, 0x09, 0x13, 0x00, 0x00, 0x00,
]
