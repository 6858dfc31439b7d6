import Secrets
import Simulator
import Testing

/// The scrubber against texts that were written by somebody else's encoders.
@Suite struct SecretScrubberTests {
    static let values = [
        "key-9876543210", "0f8fad5b-d9cb-469f-a165-70867728950e", #"p"a/s\s+w=o%r&d;é€😀x"#,
        "line\nbreak\tand 'quote' <tag>", "\\\\n\\u0041\\\"\\", "%41%2541%%", "&amp;&#65;&&amp",
        String(repeating: "Long/secret+", count: 40),
    ]

    private static func scrubber(_ value: String) throws -> SecretScrubber {
        SecretScrubber([try #require(Secret(value, name: "secret"))])
    }

    @Test(arguments: EchoForm.allCases)
    func `Every form of a secret is found, whatever stands around it`(form: EchoForm) throws {
        for value in Self.values {
            let scrubber = try Self.scrubber(value)
            let spelled = form.text(value)
            for (before, after) in [("", ""), ("x=", "&y"), ("\"", "\""), ("{\"a\":\"", "\",\"b\":1}")] {
                let clean = scrubber.scrubbed(before + spelled + after)
                #expect(scrubber.secret(in: before + spelled + after)?.value == value, "\(before)\(spelled)\(after)")
                #expect(clean.contains("[secret]") && !clean.contains(spelled), "\(clean)")
                #expect(clean.hasPrefix(before) && clean.hasSuffix(after), "\(clean)")
            }
        }
    }

    @Test func `Forms nest`() throws {
        for value in Self.values.dropLast() {
            let scrubber = try Self.scrubber(value)
            for outer in EchoForm.allCases {
                for inner in EchoForm.allCases where !outer.isOpaque && (!outer.isTwofold || !inner.isTwofold) {
                    let spelled = outer.text(inner.text(value))
                    #expect(scrubber.secret(in: spelled) != nil, "\(outer) of \(inner): \(spelled)")
                }
            }
        }
    }

    @Test func `Random secrets in random forms and places never come through, in one piece or in many`() throws {
        var random = SplitMix(state: 20261121)
        for round in 0..<300 {
            let values = (0..<Int.random(in: 1...3, using: &random)).map { _ in Self.randomText(&random, 8...60) }
            let scrubber = SecretScrubber(values.compactMap { Secret($0, name: "secret") })
            var text = ""
            var spellings: [String] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                text += Self.randomText(&random, 0...40)
                let form = EchoForm.allCases.randomElement(using: &random)!
                let spelled = form.text(values.randomElement(using: &random)!)
                spellings.append(spelled)
                text += spelled
            }
            text += Self.randomText(&random, 0...20)
            let whole = scrubber.scrubbed(Array(text.utf8))
            var stream = SecretScrubber.Stream(scrubber)
            var pieces: [UInt8] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(rest.count, round % 2 == 0 ? 3 : 50), using: &random)
                pieces += stream.add(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            pieces += stream.finish()
            #expect(pieces == whole, "\(text)")
            let clean = String(decoding: whole, as: UTF8.self)
            for spelled in spellings { #expect(!clean.contains(spelled), "\(text) gave \(clean)") }
            for value in values {
                for form in EchoForm.allCases { #expect(!clean.contains(form.text(value)), "\(form): \(clean)") }
            }
        }
    }

    @Test func `What is no secret stays as it is`() throws {
        let scrubber = try Self.scrubber("key-9876543210")
        for text in [
            "", "key-987654321", "KEY-9876543210", "key-98765432%", "100% of \\\"key-98\\u0065\\\" &amp; key",
            "%6B%65%79", "\\", "%", "&", "é€😀", "a2V5LTk4NzY", "6b65792d39383736",
        ] {
            #expect(scrubber.scrubbed(text) == text && scrubber.secret(in: text) == nil)
        }
        #expect(scrubber.scrubbed([0xFF, 0xFE, 0x5C]) == [0xFF, 0xFE, 0x5C])
    }

    @Test func `A short value is no secret, and most of a long one is`() throws {
        #expect(Secret("seven77", name: "secret") == nil && Secret("eight888", name: "secret") != nil)
        let scrubber = try Self.scrubber("0f8fad5b-d9cb-469f-a165-70867728950e")
        #expect(scrubber.scrubbed("key 0f8fad5b-d9cb-469f-a165-7086…") == "key [secret]…")
        #expect(scrubber.scrubbed("key 0f8fad5b-d9cb…") == "key 0f8fad5b-d9cb…")
    }

    @Test func `Secrets that overlap or hold each other leave nothing of either`() throws {
        let (id, key) = ("client-0123456789", "0123456789-key-abc")
        let scrubber = SecretScrubber([key, id].compactMap { Secret($0, name: $0 == id ? "client id" : "secret") })
        #expect(scrubber.scrubbed("<client-0123456789-key-abc>") == "<[client id]>")
        #expect(scrubber.scrubbed("<\(id)><\(key)>") == "<[client id]><[secret]>")
        #expect(scrubber.scrubbed(id + key) == "[client id][secret]")
        let (outer, inner) = ("abcdefgh-long-secret", "long-secret")
        let nested = SecretScrubber([outer, inner].compactMap { Secret($0, name: $0 == inner ? "inner" : "outer") })
        #expect(nested.scrubbed("\(outer) \(inner)") == "[outer] [inner]")
    }

    @Test func `A stream holds back no more than a secret may take`() throws {
        var stream = SecretScrubber.Stream(try Self.scrubber("key-9876543210"))
        #expect(stream.add("so far key-98765".utf8) == Array("so far ".utf8))
        #expect(stream.add("and on ".utf8) == Array("key-98765and on ".utf8))
        #expect(stream.add("\\u006b\\u0065y-98765432".utf8) == [])
        #expect(stream.add("10.".utf8) == Array("[secret].".utf8))
        #expect(stream.finish() == [])
    }

    @Test func `What was learned twice keeps its first name, and what is too short is not learned`() {
        KnownSecrets.learn("learned-secret-1", as: "secret")
        KnownSecrets.learn("learned-secret-1", as: "client id")
        KnownSecrets.learn("short", as: "secret")
        KnownSecrets.learn(nil, as: "secret")
        #expect(KnownSecrets.scrubber.scrubbed("learned-secret-1 short") == "[secret] short")
    }

    private static func randomText(_ random: inout SplitMix, _ length: ClosedRange<Int>) -> String {
        let characters = Array("abcXYZ0189-_.~ +/=%&\\\"'<>;:#u{}x\n\té€😀")
        return String(
            (0..<Int.random(in: length, using: &random)).map { _ in characters.randomElement(using: &random)! })
    }
}

extension EchoForm {
    /// What is inside of it is found by its own encoding only.
    fileprivate var isOpaque: Bool {
        switch self {
        case .base64, .base64url, .base64Second, .base64Third, .base64Lines, .hex, .hexUpper: true
        default: false
        }
    }

    /// Two layers by itself.
    fileprivate var isTwofold: Bool { [.jsonTwice, .urlTwice, .urlFullTwice].contains(self) }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
