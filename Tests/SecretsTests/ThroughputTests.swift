import Secrets
import Testing

@Suite struct ThroughputTests {
    /// Megabytes a second, the best of five.
    private static func speed(of text: [UInt8]) -> Double {
        let scrubber = SecretScrubber(
            ["0f8fad5b-d9cb-469f-a165-70867728950e", "client-0123456789", "another/Secret+Key=="]
                .compactMap { Secret($0, name: "secret") })
        let best = (0..<5).map { _ in
            ContinuousClock().measure { #expect(text.withUnsafeBytes { scrubber.secret(in: $0) } == nil) }
        }.min()!
        return Double(text.count) / 1e6 / (best / .seconds(1))
    }

    private static func repeated(_ text: String, bytes: Int) -> [UInt8] {
        Array((0..<bytes / text.utf8.count).map { _ in text }.joined().utf8)
    }

    @Test func `A page is looked through faster than it can be decoded, and no text takes for ever`() {
        let rows = Self.repeated(
            #"{"AWS/service":"AmazonEC2","day":"2026-11-20","netAmortizedCost_sum":{"amount":1234.56789,"unit":"USD"}},"#,
            bytes: 8 << 20)
        let escapes = Self.repeated(#"{"name":"caf\u00e9 \"a\/b\" R&D 100% \n"},"#, bytes: 4 << 20)
        // Far below what an idle machine does, and far above what anything quadratic could.
        let (plain, escaped) = (Self.speed(of: rows), Self.speed(of: escapes))
        let worst = ["\\", "%25", "&amp;", "0f8fad5b-d9cb-469f-a", "\\u0030f8fad5b-"].map {
            ($0, Self.speed(of: Self.repeated($0, bytes: 1 << 16)))
        }
        print(
            "scrubber: rows \(Int(plain)) MB/s, escapes \(Int(escaped)) MB/s, worst \(worst.map { "\($0.0) \($0.1)" })")
        #expect(plain > 20 && escaped > 0.5)
        for (text, speed) in worst { #expect(speed > 0.02, "\(text)") }
    }
}
