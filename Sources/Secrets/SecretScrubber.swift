/// Finds known secrets in bytes, in whatever form they stand there, and puts their names in their place.
///
/// Forms: the value itself, base64 (also amid a longer base64 text, standard or URL-safe, with or without padding),
/// hexadecimal in any case; each with any of its characters escaped as `EscapedText` lists. Of a long secret its
/// beginning is enough. It takes time in proportion to the text.
public final class SecretScrubber: Sendable {
    /// The secrets it knows.
    public let secrets: [Secret]
    private let search: SecretSearch

    /// A scrubber of these secrets; of equal ones the first gives the name.
    public init(_ secrets: [Secret]) {
        var seen: Set<String> = []
        let secrets = secrets.filter { seen.insert($0.value).inserted }
        self.secrets = secrets
        search = SecretSearch(
            secrets.enumerated().flatMap { index, secret in SecretForm.all(of: secret.value, secret: index) })
    }

    /// The first secret that the bytes hold.
    public func secret(in bytes: UnsafeRawBufferPointer) -> Secret? {
        guard !secrets.isEmpty else { return nil }
        return bytes.withMemoryRebound(to: UInt8.self) { bytes in
            search.first(in: bytes, from: 0).map { secrets[$0.secret] }
        }
    }

    /// The first secret that the text holds.
    public func secret(in text: String) -> Secret? {
        var text = text
        return text.withUTF8 { secret(in: UnsafeRawBufferPointer($0)) }
    }

    /// The text with each secret replaced by its name in brackets.
    public func scrubbed(_ text: String) -> String {
        guard !secrets.isEmpty else { return text }
        var text = text
        let changed = text.withUTF8 { bytes -> String? in
            let result = scrubbed(bytes, isWhole: true)
            return result.found ? String(decoding: result.bytes, as: UTF8.self) : nil
        }
        return changed ?? text
    }

    /// The bytes with each secret replaced by its name in brackets.
    public func scrubbed(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBufferPointer { scrubbed($0, isWhole: true).bytes }
    }

    /// What is sure of a text that goes on unless it `isWhole`: its scrubbed beginning, and how many bytes that took.
    func scrubbed(
        _ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool
    ) -> (bytes: [UInt8], taken: Int, found: Bool) {
        var result: [UInt8] = []
        var taken = 0
        var place = 0
        var found: SecretSearch.Match?
        /// Puts the name of what was found in its place.
        func close() {
            guard let match = found else { return }
            result += bytes[taken..<match.start]
            result += Array("[\(secrets[match.secret].name)]".utf8)
            taken = match.end
            found = nil
        }
        var isFound = false
        while let match = search.first(in: bytes, from: place, isWhole: isWhole) {
            if let open = found, match.start >= open.end { close() }
            if match.isOpen {
                // Undecided: this and whatever it overlaps waits for more.
                return (
                    result + bytes[taken..<(found?.start ?? match.start)], found?.start ?? match.start, isFound
                )
            }
            isFound = true
            if found == nil { found = match } else { found!.end = max(found!.end, match.end) }
            place = match.start + 1
        }
        close()
        return (result + bytes[taken...], bytes.count, isFound)
    }
}
