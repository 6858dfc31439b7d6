import Glibc
import HostLoop
import Testing

@Suite struct ConnectionTests {
    @Test func `requests one after the other share one connection`() async throws {
        try await ScriptedServer.with({ _ in [.answer(body: "ok")] }) { server in
            try await HostLoop.withRealClock {
                let client = HTTPClient()
                for _ in 0..<20 { _ = try await client.send(HTTPRequest(url: server.address)) }
            }
            #expect(server.connectionCount == 1)
            #expect(server.requests.count == 20)
        }
    }

    @Test func `a hundred requests run at once and then share their connections`() async throws {
        let limit = 100
        let arrivals = Gate(count: limit)
        let script: @Sendable (Exchange) -> [Step] = { exchange in
            // Nobody is answered before all have asked.
            if exchange.path == "/first" { arrivals.arriveAndWait() }
            return [.answer(body: exchange.path)]
        }
        try await ScriptedServer.with(script) { server in
            try await HostLoop.withRealClock {
                let client = HTTPClient(HTTPConfiguration(maximumConnections: limit))
                for path in ["/first", "/second"] {
                    let answers = await sendAll(limit, HTTPRequest(url: server.address + path), client)
                    #expect(answers == [String](repeating: path, count: limit))
                }
            }
            #expect(server.connectionCount == limit)
            #expect(server.requests.count == 2 * limit)
        }
    }

    @Test func `no more requests are open than the limit allows and the others follow in order`() async throws {
        let script: @Sendable (Exchange) -> [Step] = { exchange in [.answer(body: exchange.path)] }
        try await ScriptedServer.with(script) { server in
            try await HostLoop.withRealClock {
                let client = HTTPClient(HTTPConfiguration(maximumConnections: 1))
                let tasks = (0..<10).map { number in
                    HostLoop.task { try? await client.send(HTTPRequest(url: server.address + "/\(number)")).body.text }
                }
                for (number, task) in tasks.enumerated() { #expect(await task.value == "/\(number)") }
            }
            #expect(server.connectionCount == 1)
            #expect(server.requests.map(\.path) == (0..<10).map { "/\($0)" })
        }
    }

    @Test func `cancelling the task removes the transfer at once and closes its connection`() async throws {
        try await ScriptedServer.with({ _ in [.hold] }) { server in
            let kind = try await HostLoop.withRealClock {
                let client = HTTPClient()
                let task = HostLoop.task { await errorKind(of: HTTPRequest(url: server.address), client) }
                while server.requests.isEmpty { try await HostLoop.sleep(for: .milliseconds(1)) }
                task.cancel()
                return await task.value
            }
            #expect(kind == .cancelled)
            await server.waitForDeparture()
        }
    }

    @Test func `a request can be cancelled from another thread, while it waits, and before it is sent`() async throws {
        try await ScriptedServer.with({ _ in [.hold] }) { server in
            let kinds = try await HostLoop.withRealClock {
                let client = HTTPClient(HTTPConfiguration(maximumConnections: 1))
                let request = HTTPRequest(url: server.address)
                let open = HostLoop.task { await errorKind(of: request, client) }
                let waiting = HostLoop.task { await errorKind(of: request, client) }
                let early = HostLoop.task { await errorKind(of: request, client) }
                early.cancel()
                while server.requests.isEmpty { try await HostLoop.sleep(for: .milliseconds(1)) }
                waiting.cancel()
                var kinds = [await early.value, await waiting.value]
                await Task.detached { open.cancel() }.value
                kinds.append(await open.value)
                return kinds
            }
            #expect(kinds == [.cancelled, .cancelled, .cancelled])
            #expect(server.requests.count == 1)
        }
    }

    @Test func `transfers left over at the end are removed`() async throws {
        try await ScriptedServer.with({ _ in [.hold] }) { server in
            let left = try await HostLoop.withRealClock {
                let client = HTTPClient(HTTPConfiguration(maximumConnections: 2))
                let tasks = (0..<5).map { _ in
                    HostLoop.task { await errorKind(of: HTTPRequest(url: server.address), client) }
                }
                while server.requests.count < 2 { try await HostLoop.sleep(for: .milliseconds(1)) }
                return tasks
            }
            for task in left { #expect(await task.value == .cancelled) }
            await server.waitForDeparture()
            await server.waitForDeparture()
            #expect(server.requests.count == 2)
        }
    }

    @Test func `virtual time stands still while a transfer is open`() async throws {
        let script: @Sendable (Exchange) -> [Step] = { _ in
            [.drip(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8), microseconds: 500)]
        }
        try await ScriptedServer.with(script) { server in
            let (atAnswer, atEnd) = try await HostLoop.withVirtualClock {
                let start = HostLoop.now
                async let slept: Void = HostLoop.sleep(for: .seconds(3600))
                _ = try await HTTPClient().send(HTTPRequest(url: server.address))
                let atAnswer = HostLoop.now - start
                try await slept
                return (atAnswer, HostLoop.now - start)
            }
            #expect(atAnswer == .zero)
            #expect(atEnd == .seconds(3600))
        }
    }

    @Test func `a connection that nobody accepts ends at the connect timeout`() async throws {
        // A full queue of a listener that never accepts: the kernel drops further attempts silently.
        let (descriptor, port) = boundSocket()
        defer { close(descriptor) }
        precondition(listen(descriptor, 0) == 0)
        let kinds = try await HostLoop.withRealClock {
            let client = HTTPClient()
            var request = HTTPRequest(url: "http://127.0.0.1:\(port)/")
            request.connectTimeout = .milliseconds(300)
            request.stallTimeout = .milliseconds(300)
            var kinds: Set<HTTPError.Kind?> = []
            let tasks = (0..<8).map { _ in HostLoop.task { await errorKind(of: request, client) } }
            for task in tasks { kinds.insert(await task.value) }
            return kinds
        }
        // Those that the kernel queued are connected and hear nothing.
        #expect(kinds == [.connect, .stalled])
    }
}

@HostLoop private func errorKind(of request: HTTPRequest, _ client: HTTPClient) async -> HTTPError.Kind? {
    await failure(of: request, client)?.kind
}

@HostLoop private func sendAll(_ count: Int, _ request: HTTPRequest, _ client: HTTPClient) async -> [String] {
    await withTaskGroup(of: String.self) { group in
        for _ in 0..<count { group.addTask { await text(request, client) } }
        var answers: [String] = []
        for await answer in group { answers.append(answer) }
        return answers
    }
}

@HostLoop private func text(_ request: HTTPRequest, _ client: HTTPClient) async -> String {
    do { return try await client.send(request).body.text } catch { return error.message }
}
