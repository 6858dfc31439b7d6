import Foundation
import Glibc
import HostLoop
import Notify
import RowDecoder
import StateStore
import Testing

/// Mails over real SMTP: Python's aiosmtpd on loopback.
@Suite(.serialized) struct MailDeliveryTests {
    /// A certificate for 127.0.0.1 and its key.
    private struct Certificate {
        let folder: String
        var file: String { folder + "/certificate.pem" }
        var key: String { folder + "/key.pem" }

        init() throws {
            var template = Array("/tmp/finlua-mail-XXXXXX".utf8CString)
            folder = String(cString: mkdtemp(&template))
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
            process.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=finlua test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder + "/key.pem",
                "-out", folder + "/certificate.pem",
            ]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
        }

        func remove() { try? FileManager.default.removeItem(atPath: folder) }
    }

    private static func request(_ server: String) -> MailRequest {
        var mail = MailRequest(
            url: server, from: "a@b.example", to: ["c@d.example", "e@f.example"],
            message: Array("Subject: x\r\n\r\n.\r\n..\r\nend\r\n".utf8))
        (mail.user, mail.password) = ("me", "pässword")
        return mail
    }

    @Test func `Mails go over STARTTLS and over TLS, with a password, to a server that is who it says`() async throws {
        let certificate = try Certificate()
        defer { certificate.remove() }
        for (option, scheme) in [("--starttls", "smtp"), ("--smtps", "smtps")] {
            let server = try MailServer([option, certificate.file, certificate.key, "--user", "me", "pässword"])
            let url = "\(scheme)://127.0.0.1:\(server.port)"
            let file = certificate.file
            let (status, stranger, wrong) = try await HostLoop.withRealClock {
                let client = MailClient(HTTPConfiguration(caFile: file))
                let reply = try await client.send(Self.request(url))
                var stranger: HTTPError?
                do throws(HTTPError) { _ = try await MailClient().send(Self.request(url)) } catch { stranger = error }
                var other = Self.request(url)
                other.password = "another"
                return (reply.status, stranger, try await client.send(other))
            }
            #expect(status == 250 && stranger?.kind == .tls && wrong.status == 535, "\(scheme): \(stranger!) \(wrong)")
            let (envelope, bytes) = try server.mail()
            #expect(envelope["tls"] == true && envelope["user"] == "me")
            #expect(envelope["to"] == ["c@d.example", "e@f.example"] && envelope["from"] == "a@b.example")
            #expect(String(decoding: bytes, as: UTF8.self) == "Subject: x\r\n\r\n.\r\n..\r\nend\r\n")
            #expect(server.tookNothingMore())
        }
    }

    @Test
    func `A server without encryption is told nothing, unless it is on this machine and plain is what was asked for`()
        async throws
    {
        let server = try MailServer()
        let url = "smtp://127.0.0.1:\(server.port)"
        try await HostLoop.withRealClock {
            var mail = Self.request(url)
            (mail.user, mail.password) = (nil, nil)
            var refused: HTTPError?
            do throws(HTTPError) { _ = try await MailClient().send(mail) } catch { refused = error }
            #expect(refused?.kind == .tls && refused?.message.contains("STARTTLS") == true, "\(refused!)")
            mail.isPlain = true
            let reply = try await MailClient().send(mail)
            #expect(reply.status == 250)
            mail.url = "smtp://mail.example.com:25"
            do throws(HTTPError) { _ = try await MailClient().send(mail) } catch { refused = error }
            #expect(refused?.kind == .refusedScheme)
        }
        #expect(try server.mail().envelope["tls"] == false)
        #expect(server.tookNothingMore())
    }

    @Test func `A mailbox is told what Python's email reads, after a server that was busy at first`() async throws {
        let server = try MailServer(["--later", "2"])
        let port = server.port
        var notice = Notice(title: "Täglich: 3 €", text: "a\n.\nb")
        notice.findings = [.init(series: "S3", severity: .critical, identity: "1", subject: "1")]
        let told = notice
        try await HostLoop.withVirtualClock {
            let state = StateStore()
            for run in 0..<2 {
                let notifier = Notifier(
                    [try Self.endpoint(port, to: ["Ops <o@p.example>"])],
                    told: ToldNotices(state, script: "/a.lua", account: ""), run: "\(run)", scope: "", source: "a.lua",
                    deadline: HostLoop.now + .seconds(60))
                #expect(try await notifier.send(told, to: "ops") == (run == 0 ? .sent(messages: 1) : .told))
            }
        }
        let (envelope, bytes) = try server.mail()
        #expect(envelope["to"] == ["o@p.example"] && envelope["from"] == "finops@example.com")
        let mail = try Python.mail(bytes)
        #expect(mail["subject"] == "Täglich: 3 €" && mail["defects"] == [])
        #expect(mail["plain"] == "a\n.\nb\n\ncritical (1)\n  S3\n\n1 finding · a.lua\n", "\(mail)")
        #expect(server.tookNothingMore())
    }

    @Test func `A receiver that the server does not know is an error with its words, and nobody gets the mail`()
        async throws
    {
        let server = try MailServer()
        let port = server.port
        let error = try await HostLoop.withVirtualClock { () async throws -> NotifyError? in
            let notifier = Notifier(
                [try Self.endpoint(port, to: ["o@p.example", "unknown@p.example"])],
                told: ToldNotices(StateStore(), script: "", account: ""), run: "", scope: "", source: "a.lua",
                deadline: HostLoop.now + .seconds(60))
            do throws(NotifyError) { try await notifier.send(Notice(title: "t"), to: "ops") } catch { return error }
            return nil
        }
        #expect(error?.code == .badArgument && error?.message.contains("no such user here") == true, "\(error!)")
        #expect(server.tookNothingMore())
    }

    private static func endpoint(_ port: Int, to: [String]) throws -> NotifyEndpoint {
        try NotifyEndpoint(
            name: "ops",
            .email(
                .init(
                    server: "smtp://127.0.0.1:\(port)", user: nil, password: nil,
                    from: try #require(MailAddress("FinOps <finops@example.com>")),
                    to: try to.map { try #require(MailAddress($0)) })))
    }
}
