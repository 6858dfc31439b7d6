import Foundation

/// A file of published numbers: lines that begin with `#` name its source, then comes CSV without quotes.
struct Fixture {
    /// Each row by column name.
    let rows: [[String: String]]

    init(_ name: String, from file: String = #filePath) throws {
        let root = URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Fixtures/published/\(name)"), encoding: .utf8)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        guard let header = lines.first, lines.count > 1 else { throw CocoaError(.fileReadCorruptFile) }
        rows = lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
    }

    func column(_ name: String) throws -> [String] { try rows.map { try value($0, name) } }

    func value(_ row: [String: String], _ name: String) throws -> String {
        guard let value = row[name] else { throw CocoaError(.fileReadCorruptFile) }
        return value
    }
}
