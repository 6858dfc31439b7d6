/// Paths as texts: nothing here asks the file system.
enum LexicalPath {
    /// Bytes of one name. Linux: NAME_MAX.
    static let longestName = 255
    /// Bytes of a path. Linux: PATH_MAX less the zero byte.
    static let longestPath = 4095

    // By bytes throughout, as the kernel reads them: an accent behind a slash makes both one character for Swift.
    private static let slash = UInt8(ascii: "/")

    /// Absolute, without `.`, `..` and doubled slashes; a relative path lies below `folder`.
    static func absolute(_ path: String, below folder: String) -> String {
        normal(path.utf8.first == slash ? path : "\(folder)/\(path)")
    }

    /// Without `.`, `..` and doubled slashes.
    static func normal(_ path: String) -> String {
        var names: [String] = []
        for name in self.names(of: path) where name != "." {
            if name == ".." { _ = names.popLast() } else { names.append(name) }
        }
        return "/" + names.joined(separator: "/")
    }

    /// Whether a normal path lies below a normal folder.
    static func lies(_ path: String, below folder: String) -> Bool { rest(of: path, below: folder) != nil }

    /// What of a normal path lies below a normal folder; nil where it does not lie there.
    static func rest(of path: String, below folder: String) -> String? {
        let start = Array(folder == "/" ? "/".utf8 : "\(folder)/".utf8)
        guard path.utf8.count > start.count, path.utf8.starts(with: start) else { return nil }
        return String(Substring(path.utf8.dropFirst(start.count)))
    }

    /// The folder of a normal path.
    static func folder(of path: String) -> String { normal(path + "/..") }

    /// The names between the slashes.
    static func names(of path: String) -> [String] {
        path.utf8.split(separator: slash).map { String(Substring($0)) }
    }

    /// Fails for what cannot be the path of a file.
    static func check(_ path: String) throws(Refusal) {
        let shown = shown(path)
        if path.isEmpty { throw Refusal(.malformed, "the path is empty") }
        if path.utf8.contains(0) { throw Refusal(.malformed, "the path \(shown) holds a zero byte") }
        if path.utf8.count > longestPath {
            throw Refusal(
                .malformed,
                "the path \(shown) is \(path.utf8.count) bytes long; \(longestPath) is the most there can be")
        }
        if let name = names(of: path).first(where: { $0.utf8.count > longestName }) {
            throw Refusal(
                .malformed,
                "the path \(shown) has a name of \(name.utf8.count) bytes; \(longestName) is the most there can be"
            )
        }
        if path.utf8.last == slash || [".", ".."].contains(names(of: path).last) {
            throw Refusal(.malformed, "the path \(shown) names a folder; a file's name is missing at its end")
        }
    }

    /// A path that a message can hold: control characters are escaped, and what is long is cut in its middle.
    static func shown(_ path: String) -> String {
        var text = ""
        for scalar in path.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text.count <= 200 ? text : "\(text.prefix(120))…\(text.suffix(60))"
    }
}
