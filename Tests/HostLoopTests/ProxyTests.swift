import Glibc
import HostLoop
import Testing

@Suite struct ProxyTests {
    @Test func `the proxy of the environment is used, except to loopback`() async {
        // The environment belongs to the process, hence one of its own.
        await #expect(processExitsWith: .success) {
            let proxy = ScriptedServer { _ in [.answer("407 Proxy Authentication Required", body: "")] }
            for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
                setenv(name, proxy.address, 1)
            }
            unsetenv("no_proxy")
            unsetenv("NO_PROXY")
            let server = ScriptedServer { _ in [.answer(body: "direct")] }
            let port = server.address.split(separator: ":").last!
            let message = HostLoop.run { () -> String in
                let client = HTTPClient()
                for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
                    let response = try? await client.send(HTTPRequest(url: "http://\(host):\(port)/"))
                    precondition(response?.body.text == "direct")
                }
                let error = await failure(
                    of: HTTPRequest(url: "https://finlua.invalid/secret-path", headers: [("x-key", "a-secret-key")]),
                    client)
                precondition(error?.kind == .connect)
                return error!.message
            }
            precondition(message.contains("finlua.invalid:443") && message.contains("407"))
            precondition(!message.contains("secret-path"))
            precondition(proxy.requests.map(\.line) == ["CONNECT finlua.invalid:443 HTTP/1.1"])
            precondition(!proxy.requests.contains { $0.head.contains("a-secret-key") })
            precondition(server.requests.count == 3)
        }
    }

    @Test func `an unusable proxy is named without its password`() async {
        await #expect(processExitsWith: .success) {
            for name in ["https_proxy", "HTTPS_PROXY"] { setenv(name, "zzz://user:hunter2@127.0.0.1:1", 1) }
            let error = HostLoop.run {
                await failure(of: HTTPRequest(url: "https://finlua.invalid/"), HTTPClient())
            }
            precondition(error != nil && error!.message.contains("proxy") && !error!.message.contains("hunter2"))
        }
    }
}
