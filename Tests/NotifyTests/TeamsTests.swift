import Notify
import RowDecoder
import Testing

/// What is sent to Teams.
struct TeamsTests {
    @Test func `Any notice is a card of at most 28 KB that says how much was left out`() throws {
        var cut = 0
        for seed in 0..<80 {
            var maker = NoticeMaker(seed: UInt64(seed))
            let notice = maker.notice()
            let bytes = try TeamsMessage.body(Digest(notice, source: "finlua · a.lua"))
            #expect(bytes.count <= 28 * 1024, "\(seed): \(bytes.count)")
            let body = try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
            let attachment = try #require(body["attachments"]?.array?.first)
            #expect(attachment["contentType"]?.string == "application/vnd.microsoft.card.adaptive")
            let elements = try #require(attachment["content"]?["body"]?.array)
            let runs = elements.compactMap { $0["inlines"]?.array?.first }
            #expect(runs.count == elements.count && runs.allSatisfy { $0["type"] == "TextRun" })
            let texts = runs.compactMap { $0["text"]?.string }
            let count = notice.findings?.count ?? 0
            let shown = texts.count { $0.hasPrefix("• ") }
            #expect(shown == count || texts.contains("…and \(count - shown) more of \(count)"), "\(seed)")
            if shown < count { cut += 1 }
        }
        #expect(cut > 5)
    }
}
