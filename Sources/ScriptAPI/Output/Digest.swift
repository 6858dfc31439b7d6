import CCrypto

/// SHA-256 of bytes as they come.
final class Digest {
    private let context = EVP_MD_CTX_new()
    private var finished: String?

    init() { EVP_DigestInit_ex(context, EVP_sha256(), nil) }

    deinit { EVP_MD_CTX_free(context) }

    func add(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

    /// In hexadecimal; nothing can be added after it was asked for.
    var text: String {
        if let finished { return finished }
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        EVP_DigestFinal_ex(context, &bytes, &count)
        let text = bytes[..<Int(count)].map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
        finished = text
        return text
    }

    static func text(of bytes: [UInt8]) -> String {
        let digest = Digest()
        bytes.withUnsafeBytes { digest.add($0) }
        return digest.text
    }
}
