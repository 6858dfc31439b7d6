import Foundation
import Simulator

/// Looks for secrets in bytes, in every form there is: what no program of the tests may leave anywhere.
struct SecretTrace: Sendable {
    private let needles: [(bytes: [UInt8], shown: String)]
    /// One bit for each hash of a needle's first eight bytes.
    private var starts = [Bool](repeating: false, count: 1 << 16)
    private var byStart: [UInt64: [Int]] = [:]

    init(_ values: [String]) {
        var seen: Set<String> = []
        needles = values.flatMap { value in
            EchoForm.allCases.compactMap { form in
                var text = form.text(value)
                // Without what another secret or another text around it would change.
                if form.rawValue.hasPrefix("base64") { text = String(text.dropFirst(4).dropLast(6)) }
                if form == .lua { text = String(text.dropFirst().dropLast()) }
                return seen.insert(text).inserted ? (Array(text.utf8), "\(value) as \(form)") : nil
            }
        }
        for (index, needle) in needles.enumerated() {
            precondition(needle.bytes.count >= 8, "\(needle.shown)")
            let start = needle.bytes.prefix(8).reduce(UInt64(0)) { $0 >> 8 | UInt64($1) << 56 }
            starts[Self.hash(start)] = true
            byStart[start, default: []].append(index)
        }
    }

    private static func hash(_ start: UInt64) -> Int { Int((start &* 0x9E37_79B9_7F4A_7C15) >> 48) }

    /// What of them the bytes hold.
    func found(in bytes: [UInt8]) -> [String] {
        var found: Set<String> = []
        var start: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            start = start >> 8 | UInt64(byte) << 56
            guard index >= 7, starts[Self.hash(start)], let candidates = byStart[start] else { continue }
            for needle in candidates where bytes[(index - 7)...].starts(with: needles[needle].bytes) {
                found.insert(needles[needle].shown)
            }
        }
        return found.sorted()
    }

    /// What of them the files below a folder hold, and their names; with the number of bytes looked at.
    func found(below folder: String) -> (traces: [String], bytes: Int) {
        var traces: [String] = []
        var count = 0
        for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
            traces += found(in: Array(name.utf8)).map { "the name \(name): \($0)" }
            guard let bytes = fileBytes("\(folder)/\(name)") else { continue }
            count += bytes.count
            traces += found(in: bytes).map { "\(name): \($0)" }
        }
        return (traces, count)
    }
}
