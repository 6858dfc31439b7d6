package import HostLoop

/// A notice as a mail: plain text, and the same as HTML.
package enum MailMessage {
    /// The whole mail. `id` is what stays the same however often it is sent.
    package static func bytes(
        _ digest: Digest, from: MailAddress, to: [MailAddress], id: String, at moment: Moment
    ) -> [UInt8] {
        let boundary = "=_" + id.prefix(32)
        let head = [
            "Date: \(MailHeader.date(moment))", MailHeader.addresses("From", [from]),
            MailHeader.addresses("To", to),
            MailHeader.text("Subject", Wrapped.cut(digest.heading, to: 300, size: \.utf8.count)),
            "Message-ID: <\(id)@\(from.domain)>", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=\"\(boundary)\"",
        ]
        let plain = PlainText.lines(digest)
        let lines =
            head + ["", "--\(boundary)"] + part("plain", plain) + ["--\(boundary)"]
            + part("html", MailHTML.lines(digest)) + ["--\(boundary)--", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private static func part(_ kind: String, _ lines: [String]) -> [String] {
        [
            "Content-Type: text/\(kind); charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "",
        ] + lines.flatMap(QuotedPrintable.lines) + [""]
    }
}

/// RFC 2045, 6.7.
enum QuotedPrintable {
    /// A line of text as lines of at most 76 characters.
    static func lines(_ text: String) -> [String] {
        var lines: [[UInt8]] = [[]]
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            let isPlain =
                byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "=")
                || (byte == 0x20 || byte == 0x09) && !isLast
            let piece = isPlain ? [byte] : Array("=\(Hash.hexadecimal([byte]).uppercased())".utf8)
            if lines[lines.count - 1].count + piece.count > 75 {
                lines[lines.count - 1].append(UInt8(ascii: "="))
                lines.append([])
            }
            lines[lines.count - 1] += piece
        }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }
}
