import Notify
import RowDecoder
import Testing

/// What is sent to Slack, within what Slack takes.
struct SlackTests {
    private struct Sent {
        let blocks: [JSONValue]
        let texts: [String]
        let summary: String

        init(_ notice: Notice) throws {
            let body = SlackMessage.body(Digest(notice, source: "finlua · a.lua"))
            // As it crosses the network.
            let read = try JSONValue(parsing: String(decoding: try body.serialized(), as: UTF8.self))
            blocks = try #require(read["blocks"]?.array)
            summary = try #require(read["text"]?.string)
            texts = blocks.map {
                ($0["text"] ?? $0["elements"]?.array?.first)?["text"]?.string ?? $0["text"]?.string ?? ""
            }
        }
    }

    @Test func `Any notice keeps to the limits, and says how much was left out`() throws {
        var (cut, whole) = (0, 0)
        for seed in 0..<120 {
            var maker = NoticeMaker(seed: UInt64(seed))
            let notice = maker.notice()
            let sent = try Sent(notice)
            #expect(sent.blocks.count <= 50, "\(seed)")
            for (block, text) in zip(sent.blocks, sent.texts) {
                let most = block["type"]?.string == "header" ? 150 : 3000
                #expect((1...most).contains(text.utf16.count), "\(seed): \(text.utf16.count)")
            }
            #expect(sent.texts.reduce(sent.summary.utf16.count) { $0 + $1.utf16.count } <= 13_200, "\(seed)")
            let count = notice.findings?.count ?? 0
            let lines = sent.texts.flatMap { $0.split(separator: "\n") }
            let shown = lines.count { $0.hasPrefix("• ") }
            let left = lines.compactMap { $0.wholeMatch(of: #/…and (\d+) more of (\d+)/#) }
                .filter { Int($0.output.2) == count }.compactMap { Int($0.output.1) }
            #expect(shown == count || left.contains(count - shown), "\(seed): \(shown) of \(count), \(left)")
            if count > 0 { #expect(sent.texts.last?.hasPrefix("\(count) finding") == true) }
            if shown < count { cut += 1 } else if count > 0 { whole += 1 }
        }
        #expect(cut > 10 && whole > 10)
    }

    @Test func `Nothing is cut inside a character or an escape, and no text is markup`() throws {
        for seed in 200..<300 {
            var maker = NoticeMaker(seed: UInt64(seed))
            var notice = maker.notice()
            notice.link = nil
            for text in try Sent(notice).texts + [try Sent(notice).summary] {
                #expect(!text.unicodeScalars.contains("<") && !text.unicodeScalars.contains(">"))
                #expect(!text.unicodeScalars.contains("\u{FFFD}") && !text.unicodeScalars.contains("\u{202E}"))
                for part in text.unicodeScalars.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
                    let isEscape = ["amp;", "lt;", "gt;"].contains { part.starts(with: $0.unicodeScalars) }
                    if !isEscape { Issue.record("\(seed): \(String(part.prefix(8)))") }
                }
                // Of a family nobody is left behind, and no half of a flag.
                let joined = text.replacing("👨‍👩‍👧‍👦", with: "").replacing("🇩🇪", with: "")
                #expect(
                    !joined.unicodeScalars.contains { $0.value == 0x200D || (0x1F1E6...0x1F1FF).contains($0.value) })
            }
        }
    }

    @Test func `A long line goes on in the next section, and nothing of it is lost`() throws {
        let text = (0..<900).map { "wörd\($0)" }.joined(separator: " ")
        try #require(text.utf16.count > 3000 * 2 && text.utf16.count < 8000)
        let sent = try Sent(Notice(title: "t", text: String(text.prefix(4900))))
        #expect(sent.texts.dropFirst().dropLast().joined() == text.prefix(4900))
        #expect(sent.blocks.count == 4)
    }

    @Test func `The worst stands first, the total counts each series once, and the total of them not again`() throws {
        var list: [Notice.Finding] = []
        for (name, severity, impact) in [
            ("S3", Notice.Severity.minor, 0.1), ("EC2", .critical, 0.2), ("all", .major, 0.3),
        ] {
            var finding = Notice.Finding(series: name, severity: severity, identity: name, subject: name)
            (finding.actual, finding.expected, finding.impact) = (1000.005, 1000, impact)
            (finding.percent, finding.unit, finding.isTotal) = (12.5, "USD", name == "all")
            list.append(finding)
        }
        var notice = Notice(title: "Anomalies")
        notice.findings = list
        let texts = try Sent(notice).texts
        #expect(
            texts[1].hasPrefix("*🔴 critical (1)*\n• EC2: 1,000.00 USD, expected 1,000.00 (+0.20, +12%)"), "\(texts[1])")
        #expect(texts[2].hasPrefix("*🟠 major (1)*") && texts[3].hasPrefix("*🟡 minor (1)*"))
        #expect(texts.last == "3 findings, impact +0.30 USD in all · finlua · a.lua")
    }
}
