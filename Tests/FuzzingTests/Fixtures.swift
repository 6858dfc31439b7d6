import Foundation

/// The repository's folder.
private let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The inputs kept for a target, by name.
func corpus(of target: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = repository.appendingPathComponent("Fixtures/fuzz/\(target)")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
        (name, Array(try Data(contentsOf: folder.appendingPathComponent(name))))
    }
}

/// An input as a failure shows it: `base64 -d` makes a file of it for `./scripts/fuzz TARGET --input FILE`.
func shown(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
