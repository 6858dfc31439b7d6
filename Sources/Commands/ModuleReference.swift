import Confinement
import Finout
package import HostLoop
import LuaRuntime
import ScriptAPI

/// What a script can require, as the comments of a module's own Lua tell it.
package struct ModuleReference {
    /// `finlua.group`.
    package let name: String
    /// The comment that the module begins with, without its name.
    let about: [Substring]
    /// What the module offers, in its own order: how it is called, and the comment above it.
    package let functions: [(call: String, about: [Substring])]

    init(name: String, source: String) {
        self.name = name
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let header = lines.prefix { $0.hasPrefix("--") }.map(Self.comment)
        about = header.enumerated().map { $0 == 0 ? $1.dropFirst("\(name): ".count) : $1 }
        let own = name.split(separator: ".").last ?? ""
        var functions: [(call: String, about: [Substring])] = []
        for (index, line) in lines.enumerated() {
            guard let call = Self.call(line, of: own, in: source) else { continue }
            let comment = lines[..<index].reversed().prefix { $0.hasPrefix("--") }.reversed().map(Self.comment)
            functions.append((call, Array(comment)))
        }
        self.functions = functions
    }

    /// The first sentence.
    package var summary: String {
        let text = about.prefix { !$0.isEmpty }.joined(separator: " ")
        let sentence = text.firstRange(of: ". ").map { text[..<$0.lowerBound] } ?? text[...]
        return String(sentence.hasSuffix(".") ? sentence.dropLast() : sentence)
    }

    var text: String {
        var text = "\(name): " + about.joined(separator: "\n") + "\n"
        for function in functions {
            text += "\n\(function.call)\n"
            for line in function.about { text += line.isEmpty ? "\n" : "    \(line)\n" }
        }
        return text
    }

    private static func comment(_ line: Substring) -> Substring {
        line.dropFirst(line.hasPrefix("-- ") ? 3 : 2)
    }

    /// How a function of the module's table is called, or a method of a value that the module gives; nil for any other line.
    private static func call(_ line: Substring, of own: Substring, in source: String) -> String? {
        guard line.hasPrefix("function "), let end = line.firstIndex(of: ")") else { return nil }
        let call = line[...end].dropFirst("function ".count)
        let owner = call.prefix { $0 != "." && $0 != ":" }
        guard !call.dropFirst(owner.count + 1).hasPrefix("__") else { return nil }
        if owner == own { return String(call) }
        // A class that scripts meet has a name for them.
        guard owner == "methods" || source.contains("local \(owner) = { __name") else { return nil }
        return ":" + call.dropFirst(owner.count + 1).replacing("(self, ", with: "(").replacing("(self)", with: "()")
    }
}

extension ModuleReference {
    /// Every module, by name; those for finlua's own use are left out.
    @HostLoop
    package static func all() throws -> [ModuleReference] {
        let client = try FinoutClient(
            ClientConfiguration(baseURL: Settings.defaultBaseURL, clientID: "", secretKey: ""), http: HTTPClient())
        let folders = try GrantedFolders(Permissions(workingFolder: "/"))
        let host = ScriptHost(client, ScriptHostConfiguration(program: "finlua help", folders: folders))
        return host.machine.moduleSources.filter { !$0.key.contains(".internal.") }.sorted { $0.key < $1.key }
            .map { ModuleReference(name: $0.key, source: String(decoding: $0.value, as: UTF8.self)) }
    }
}
