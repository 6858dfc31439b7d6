import Glibc
import HostLoop
import Secrets

/// Tells a service that watches over jobs, in the manner of healthchecks.io, that a run begins (`URL/start`), ended well
/// (`URL`) or ended with another exit status (`URL/6`). The address is a secret: whoever knows it can say the same.
struct Ping: Sendable {
    private let address: String
    /// The port that the process must be able to connect to.
    let port: UInt16

    /// Each of two attempts.
    private static let patience: Duration = .seconds(2)

    /// Fails for what is no address, without showing it.
    init(_ address: String, origin: String) throws(UsageError) {
        Self.learn(address)
        do throws(HTTPError) {
            port = UInt16(try Endpoint(url: address).port) ?? 0
        } catch {
            throw UsageError("\(origin) is no address to ping: it takes https://…, as the service gives it")
        }
        self.address = address
    }

    /// Makes an address known as a secret, with what in it is one.
    static func learn(_ address: String?) {
        KnownSecrets.learn(address, as: "ping address")
        guard let address, let start = address.firstRange(of: "://")?.upperBound else { return }
        for part in address[start...].split(separator: "?")[0].split(separator: "/").dropFirst()
        where part.utf8.count >= 16 {
            KnownSecrets.learn(String(part), as: "ping address")
        }
    }

    /// Says that the run begins.
    @HostLoop func start() async { _ = await send("/start", "") }

    /// Says how it ended, in words and with its last lines; gives what kept it from that.
    @HostLoop func end(_ status: ExitStatus, _ cause: String, lines: [String]) async -> String? {
        let text = (["exit status \(status.rawValue): \(cause)"] + lines).joined(separator: "\n") + "\n"
        return await send(status == .done ? "" : "/\(status.rawValue)", text)
    }

    @HostLoop private func send(_ path: String, _ text: String) async -> String? {
        let parts = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let base = parts[0].hasSuffix("/") ? parts[0].dropLast() : parts[0]
        var request = HTTPRequest(
            method: "POST", url: base + path + (parts.count > 1 ? "?" + parts[1] : ""),
            headers: [("Content-Type", "text/plain; charset=utf-8")],
            body: Array(KnownSecrets.scrubber.scrubbed(text).utf8))
        (request.connectTimeout, request.stallTimeout, request.timeout) = (Self.patience, Self.patience, Self.patience)
        request.maximumBodyBytes = 1 << 20
        let client = HTTPClient()
        var problem = ""
        for _ in 1...2 {
            do throws(HTTPError) {
                let response = try await client.send(request)
                if (200..<300).contains(response.status) { return nil }
                problem = "it answered with status \(response.status)"
                if (400..<500).contains(response.status) { break }
            } catch {
                problem = error.message
                if Task.isCancelled { break }
            }
        }
        return "the ping was not accepted: \(problem)"
    }
}
