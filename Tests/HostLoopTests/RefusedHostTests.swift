import HostLoop
import Synchronization
import Testing

/// A request goes nowhere but where the configuration lets it.
@Suite struct RefusedHostTests {
    private func client(allowing name: String, _ port: UInt16) -> @HostLoop () -> HTTPClient {
        {
            var configuration = HTTPConfiguration()
            configuration.refusal = { $0 == name && $1 == port ? nil : "\($0):\($1) is not granted" }
            return HTTPClient(configuration)
        }
    }

    @Test func `A refused host gets no connection, and an allowed one its request`() async throws {
        try await ScriptedServer.with({ _ in [.answer(body: "here")] }) { server in
            let port = try #require(UInt16(server.address.split(separator: ":").last ?? ""))
            let (other, right) = (client(allowing: "127.0.0.1", port &+ 1), client(allowing: "127.0.0.1", port))
            let (error, status) = try await HostLoop.withRealClock {
                var failure: HTTPError?
                do throws(HTTPError) { _ = try await other().send(HTTPRequest(url: server.address)) } catch {
                    failure = error
                }
                return (failure, try await right().send(HTTPRequest(url: server.address)).status)
            }
            #expect(error?.kind == .denied && error?.message == "127.0.0.1:\(port) is not granted")
            #expect(status == 200 && server.connectionCount == 1)
        }
    }

    @Test(arguments: [
        "http://127.0.0.1:1@localhost/", "http://localhost:1/", "http://127.0.0.1:1#@localhost/",
        "http://LOCALHOST:1/", "http://localhost%2f:1/", "http://127.0.0.1:1\\@localhost/",
        "https://127.0.0.1.example/",
        "https://[::1]:1/", "http://127.1:2/", "http://0x7f.1:2/", "http://127.0.0.1:01/x/../..//localhost",
    ])
    func `The host that is judged is the host that is asked, however an address is written`(url: String) async throws {
        let judged = Mutex<[String]>([])
        let error = try await HostLoop.withRealClock {
            var configuration = HTTPConfiguration()
            configuration.refusal = { name, port in
                judged.withLock { $0.append("\(name):\(port)") }
                return name == "127.0.0.1" && port == 1 ? nil : "refused"
            }
            do throws(HTTPError) {
                _ = try await HTTPClient(configuration).send(HTTPRequest(url: url))
                return HTTPError?.none
            } catch {
                return error
            }
        }
        // Nobody listens on port 1: a request that was let go found no connection there, and never went elsewhere.
        let (kind, message) = (try #require(error?.kind), try #require(error?.message))
        let wasAllowed = judged.withLock { $0 } == ["127.0.0.1:1"]
        #expect(kind == (wasAllowed ? .connect : judged.withLock { $0.isEmpty } ? .other : .denied), "\(message)")
        if wasAllowed { #expect(message.contains("127.0.0.1:1"), "\(message)") }
    }
}
