import Glibc
import HostLoop
import Testing

@Suite(.wholeAndSplit) struct HTTPErrorTests {
    @Test(
        "an answer that breaks off is interrupted",
        arguments: [
            [Step.text("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), .close],
            [.text("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), .reset],
            [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), .close],
            [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"), .close],
            [.text("HTTP/1.1 200 OK\r\nContent-Le"), .close],
            [.close], [.reset],
        ])
    func interrupted(steps: [Step]) async throws {
        let error = try await failure(of: steps)
        #expect(error.kind == .interrupted, "\(error)")
    }

    @Test(
        "an answer that is not HTTP is malformed",
        arguments: [
            [Step.text("{\"a\": 1}\r\n\r\n"), .close], [.text("hello"), .close],
            [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), .close],
            [.text("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip"), .close],
            [.text("HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc"), .close],
            [.text("HTTP/1.1 abc OK\r\n\r\n"), .close],
            [.text("HTTP/1.1 200 OK\r\nContent-Encoding: lzw-9\r\nContent-Length: 3\r\n\r\nabc"), .close],
        ])
    func malformed(steps: [Step]) async throws {
        let error = try await failure(of: steps)
        #expect(error.kind == .malformed, "\(error)")
    }

    @Test(
        "a server that falls silent is stalled",
        arguments: [
            [Step.hold], [.text("HTTP/1.1 102 Processing\r\n\r\n"), .hold],
            [.text("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), .hold],
        ])
    func stalled(steps: [Step]) async throws {
        let error = try await failure(of: steps) { $0.stallTimeout = .milliseconds(80) }
        #expect(error.kind == .stalled, "\(error)")
        #expect(error.message.contains("0.08 s"))
    }

    @Test func `an answer that drips on ends at the whole timeout`() async throws {
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".utf8)
        let error = try await failure(
            of: [.send(bytes), .drip([UInt8](repeating: 65, count: 100_000), microseconds: 2000)]
        ) {
            $0.timeout = .milliseconds(150)
            $0.stallTimeout = .seconds(20)
        }
        #expect(error.kind == .timeout, "\(error)")
        #expect(error.message.contains("0.15 s"))
    }

    @Test func `a body over the limit is refused by its announcement, its bytes, or its decompressed size`()
        async throws
    {
        let announced = try await failure(of: [.answer(body: "abcdef")]) { $0.maximumBodyBytes = 5 }
        #expect(announced.kind == .tooLarge, "\(announced)")
        #expect(announced.message.contains("6 bytes") && announced.message.contains("limit of 5"))
        let sent = try await failure(of: [.text("HTTP/1.1 200 OK\r\n\r\nabcdef"), .close]) { $0.maximumBodyBytes = 5 }
        #expect(sent.kind == .tooLarge, "\(sent)")
        let decompressed = try await failure(of: [
            .text("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(gzippedZeros.count)\r\n\r\n"),
            .send(gzippedZeros),
        ]) { $0.maximumBodyBytes = 99_999 }
        #expect(decompressed.kind == .tooLarge, "\(decompressed)")
    }

    @Test func `a body of exactly the limit is accepted`() async throws {
        try await ScriptedServer.with({ _ in [.answer(body: "abcde")] }) { server in
            var request = HTTPRequest(url: server.address)
            request.maximumBodyBytes = 5
            let response = try await fetch(request)
            #expect(response.body.text == "abcde")
        }
    }

    @Test(
        "header fields without end are refused",
        arguments: [
            "HTTP/1.1 200 OK\r\n" + String(repeating: "X: \(String(repeating: "x", count: 1000))\r\n", count: 200),
            "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 200_000))",
            String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 10_000),
        ])
    func endlessHead(text: String) async throws {
        let error = try await failure(of: [.text(text), .hold])
        #expect(error.kind == .tooLarge, "\(error)")
    }

    @Test func `an announced length beyond all numbers is refused`() async throws {
        let error = try await failure(of: [
            .text("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nabc"), .close,
        ])
        #expect(error.kind == .tooLarge, "\(error)")
    }

    @Test func `a refused connection names host, port and cause`() async throws {
        let (descriptor, port) = boundSocket()
        defer { close(descriptor) }
        let error = try await failure(of: HTTPRequest(url: "http://127.0.0.1:\(port)/"))
        #expect(error.kind == .connect, "\(error)")
        #expect(error.message.contains("127.0.0.1:\(port)") && error.message.contains("refused"))
    }

    @Test func `a name that does not exist is not resolved`() async throws {
        let error = try await failure(of: HTTPRequest(url: "https://finlua.invalid/"))
        #expect(error.kind == .resolve, "\(error)")
        #expect(error.message.contains("finlua.invalid:443"))
    }

    @Test(arguments: [
        "http://app.finout.io/v1", "http://10.0.0.1/", "http://127.0.0.1.example.com/", "ftp://127.0.0.1/",
        "http://[::2]/", "file:///etc/passwd", "http://localhost.example.com/", "http://0.0.0.0/",
    ])
    func `plain text over a network and other schemes are refused`(url: String) async throws {
        let error = try await failure(of: HTTPRequest(url: url))
        #expect(error.kind == .refusedScheme, "\(error)")
    }

    @Test(arguments: ["", "127.0.0.1/", "http://user:secret@127.0.0.1/", "https://", "http://a b/"])
    func `an address that is none is an error that does not repeat it`(url: String) async throws {
        let error = try await failure(of: HTTPRequest(url: url))
        #expect(error.kind == .other, "\(error)")
        #expect(!error.message.contains("secret"))
    }

    @Test(arguments: [("X-Key", "a\r\nX-Injected: 1"), ("X-Key", "a\0b"), ("X Key", "a"), ("", "a"), ("X:Y", "b")])
    func `a field that would break the request is refused unsent`(name: String, value: String) async throws {
        try await ScriptedServer.with({ _ in [.answer(body: "")] }) { server in
            let error = try await failure(of: HTTPRequest(url: server.address, headers: [(name, value)]))
            #expect(error.kind == .other, "\(error)")
            #expect(!error.message.contains("Injected"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a request whose kept connection dies is not repeated behind the caller's back`() async throws {
        let script: @Sendable (Exchange) -> [Step] = { exchange in
            exchange.request == 1 ? [.answer(body: "one")] : [.close]
        }
        try await ScriptedServer.with(script) { server in
            let request = HTTPRequest(method: "POST", url: server.address, body: [1, 2, 3])
            let error = try await HostLoop.withRealClock {
                let client = HTTPClient(HTTPConfiguration(reading: 16))
                _ = try await client.send(request)
                return await #expect(throws: HTTPError.self) { try await client.send(request) }
            }
            #expect(error?.kind == .interrupted)
            #expect(server.requests.count == 2)
        }
    }

    private func failure(of request: HTTPRequest) async throws -> HTTPError {
        try #require(await #expect(throws: HTTPError.self) { try await fetch(request) })
    }

    private func failure(of steps: [Step], _ change: (inout HTTPRequest) -> Void = { _ in }) async throws -> HTTPError {
        try await ScriptedServer.with({ _ in steps }) { server in
            var request = HTTPRequest(url: server.address)
            request.stallTimeout = .seconds(20)
            change(&request)
            let error = try await failure(of: request)
            #expect(error.message.contains(server.address.dropFirst(7)), "the message names host and port")
            return error
        }
    }
}

/// 100,000 zeros as gzip writes them.
private let gzippedZeros: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xED, 0xC1, 0x31, 0x01, 0x00, 0x00,
    0x00, 0xC2, 0xA0, 0xF5, 0x4F, 0x6D, 0x0D, 0x0F, 0xA0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x57, 0x03, 0x7D, 0x95, 0x11, 0xD4,
    0xA0, 0x86, 0x01, 0x00,
]
