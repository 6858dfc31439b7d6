import HostLoop
import Notify
import RowDecoder
import Testing

/// Mails as Python's email package reads them.
struct MailTests {
    private static let moment = Moment(nanosecondsSinceEpoch: 1_795_158_000_000_000_000)

    private func sent(_ notice: Notice, from: String = "a@b.example", to: [String] = ["c@d.example"]) throws
        -> JSONValue
    {
        let bytes = MailMessage.bytes(
            Digest(notice, source: "finlua · a.lua"), from: try #require(MailAddress(from)),
            to: try to.map { try #require(MailAddress($0)) }, id: "0123456789abcdef0123456789abcdef", at: Self.moment)
        return try Python.mail(bytes)
    }

    @Test func `A mail says what it is to say, in plain text and in HTML`() throws {
        var notice = Notice(
            title: "Kosten: 12 € über Plan —日本語 \(String(repeating: "ä", count: 60))", text: "a & b\n\nEnde=")
        notice.fields = [Notice.Field("Budget", "4,000.00")]
        let mail = try sent(
            notice, from: "FinOps, Käufer <finops@example.com>", to: ["x@y.example", "Ops <o@y.example>"])
        #expect(mail["subject"]?.string == notice.title)
        #expect(
            mail["from"]?.string?.contains("Käufer") == true
                && mail["from"]?.string?.contains("finops@example.com") == true)
        #expect(mail["to"]?.string == "x@y.example, Ops <o@y.example>")
        #expect(mail["id"]?.string == "<0123456789abcdef0123456789abcdef@example.com>")
        #expect(mail["date"]?.string == "2026-11-20T07:00:00+00:00", "\(Self.moment)")
        #expect(mail["plain"]?.string == "a & b\n\nEnde=\n\nBudget: 4,000.00\n\nfinlua · a.lua\n")
        #expect(mail["html"]?.string?.contains("<p>a &amp; b<br><br>Ende=</p>") == true)
        #expect(mail["types"] == ["multipart/alternative", "text/plain", "text/html"])
        #expect(mail["defects"] == [])
    }

    @Test(arguments: [
        "Hi\r\nBcc: all@example.com", "Hi\nX: y\n\nbody", "a\u{2028}b\u{0}c\u{85}d", "=?utf-8?B?SGk=?=", "ends in =",
        "",
        String(repeating: "👨‍👩‍👧‍👦", count: 200), String(repeating: "x", count: 5000),
    ])
    func `No title makes a header of its own, and no line is too long`(title: String) throws {
        let mail = try sent(Notice(title: title, text: title + "\n.\n..\nFrom here", severity: .major))
        #expect(
            mail["headers"] == [
                "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
            ])
        #expect(mail["defects"] == [] && mail["bare"] == 0)
        #expect((mail["longest"]?.integer ?? 999) <= 400, "\(mail["longest"] ?? nil)")
        let subject = try #require(mail["subject"]?.string)
        #expect(!subject.contains("\n") && !subject.unicodeScalars.contains("\u{FFFD}"))
        #expect(mail["plain"]?.string?.contains("\n.\n..\nFrom here\n") == true)
    }

    @Test func `Any text arrives as it was`() throws {
        for seed in 0..<6 {
            var maker = NoticeMaker(seed: UInt64(seed))
            let text = maker.text(400)
            let mail = try sent(Notice(title: "t", text: text))
            let expected = Wrapped.lines(text).joined(separator: "\n")
            #expect(mail["plain"]?.string == (text.isEmpty ? "" : expected + "\n\n") + "finlua · a.lua\n")
            #expect(mail["defects"] == [])
        }
    }

    @Test(arguments: [
        "", "a", "@b", "a@", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "a@b\n", "<a@b>x", "ä@b.example",
        "a,c@b.example", "x\u{0}@b.example", "Na\nme <a@b.example>",
    ])
    func `What is no address is refused`(text: String) { #expect(MailAddress(text) == nil) }
}
