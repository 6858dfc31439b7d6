import Notify

/// Made-up notices, the same each time.
struct NoticeMaker {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return range.lowerBound + Int(state >> 33) % range.count
    }

    static let pieces = [
        "EC2", " ", "&", "<!channel>", ">", "ä", "日本語", "👨‍👩‍👧‍👦", "🇩🇪", "e\u{301}", "*", "`", "\n", "\u{202E}", "a_b",
        "<\u{301}http://x|y>", "&amp;",
    ]

    mutating func text(_ most: Int) -> String {
        (0..<number(0...most)).map { _ in Self.pieces[number(0...(Self.pieces.count - 1))] }.joined()
    }

    mutating func finding(_ number: Int) -> Notice.Finding {
        let severity = Notice.Severity.allCases[self.number(0...3)]
        var finding = Notice.Finding(
            series: text(self.number(0...40) == 0 ? 3000 : 12), severity: severity, identity: "\(number)",
            subject: "\(number)")
        finding.actual = Double(self.number(0...10_000_000)) / 100
        finding.impact = Double(self.number(0...10_000_000)) / 100
        finding.day = "2026-11-18"
        if self.number(0...1) == 0 { finding.contributors = [.init(name: text(20), change: -1.5)] }
        return finding
    }

    mutating func notice() -> Notice {
        var notice = Notice(title: text(60), text: text(number(0...3) == 0 ? 3000 : 20))
        notice.fields = (0..<number(0...1) * number(0...60)).map { Notice.Field("n\($0)", text(30)) }
        if number(0...4) > 0 {
            notice.findings = (0..<[0, 1, 7, 60, 3000][number(0...4)]).map { finding($0) }
        }
        if number(0...2) == 0 {
            let count = number(1...2000)
            notice.table = Notice.Table(
                head: ["name  cost", "----  ----"], lines: (0..<min(count, 1000)).map { _ in text(8) + "  1.50" },
                count: count)
        }
        if number(0...1) == 0 { notice.link = "https://example.com/a?b=1&c=2" }
        return notice
    }
}
