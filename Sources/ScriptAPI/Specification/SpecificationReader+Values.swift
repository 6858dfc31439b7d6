import Finout
import LuaRuntime
import Wording

extension SpecificationReader {
    /// The failure of one field.
    func bad(_ path: FieldPath, _ message: String, hint: String? = nil) -> LuaFailure {
        let place = path.description.isEmpty ? "" : "\(path): "
        return LuaFailure(
            code: code, message: "\(call): \(place)\(message)", hint: hint,
            fields: path.description.isEmpty ? [:] : ["field": .string(path.description)])
    }

    /// The failure of a field that is missing or of another kind.
    func wrong(_ value: LuaValue, at path: FieldPath, expected: String, hint: String? = nil) -> LuaFailure {
        bad(path, "expected \(expected), got \(value.shown)", hint: hint)
    }

    /// Refuses a field that is not `known`: a misspelt one would silently ask something else.
    func checkNames(_ table: LuaTable, known: [String], at path: FieldPath) throws(LuaFailure) {
        for name in table.fields.keys.sorted() where !known.contains(name) {
            throw bad(
                path[name], "no such field; there are \(known.joined(separator: ", "))",
                hint: NearMatches.hint(for: name, among: known))
        }
    }

    /// One of an enumeration's words, in the API's spelling.
    func word<Word: RawRepresentable & CaseIterable>(
        _ value: LuaValue, at path: FieldPath
    ) throws(LuaFailure) -> Word where Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue)
        let expected = "one of \(words.joined(separator: ", "))"
        guard case .string(let text) = value else { throw wrong(value, at: path, expected: expected) }
        guard let found = Word(rawValue: text) else {
            throw wrong(value, at: path, expected: expected, hint: NearMatches.hint(for: text, among: words))
        }
        return found
    }

    /// The field `sortDirection` of a table.
    func sortDirection(_ table: LuaTable, at path: FieldPath) throws(LuaFailure) -> SortDirection? {
        let value = table["sortDirection"]
        return value.isNil ? nil : try word(value, at: path["sortDirection"])
    }

    /// A text that may be left out.
    func text(_ table: LuaTable, _ name: String, at path: FieldPath) throws(LuaFailure) -> String? {
        switch table[name] {
        case .nil: return nil
        case .string(let text) where !text.isEmpty: return text
        default: throw wrong(table[name], at: path[name], expected: "a text")
        }
    }
}

extension LuaValue {
    /// An integer, or a number that is one.
    var wholeNumber: Int? {
        switch self {
        case .integer(let integer): Int(exactly: integer)
        case .number(let number): Int(exactly: number)
        default: nil
        }
    }

    /// The value as a message shows it: texts in quotes, tables by their kind.
    var shown: String {
        switch self {
        case .nil: "nothing"
        case .boolean(let boolean): boolean ? "true" : "false"
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .string(let text): "\"\(text.count > 60 ? text.prefix(60) + "…" : text[...])\""
        case .table: "a table"
        case .function: "a function"
        default: "an object"
        }
    }
}
