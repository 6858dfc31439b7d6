import RowDecoder

/// A fault that sends the credentials back: where in the answer they stand, and in which form.
struct Echo: Sendable {
    enum Place: Sendable, Equatable {
        /// Wherever the answer has a text of its own: a key's name, a value, an id, a status, a row with its column, a cursor.
        case data
        case headers
        /// In every text of an answer of this status.
        case refusal(Int)
    }

    let place: Place
    let form: EchoForm

    /// Reads `echo`, `echo-header` or `echo-500`, any of them with a form: `echo.base64`.
    init?(_ word: String) {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let form = EchoForm(rawValue: parts.count == 2 ? String(parts[1]) : "plain") else {
            return nil
        }
        self.form = form
        switch parts[0] {
        case "echo": place = .data
        case "echo-header": place = .headers
        default:
            guard parts[0].hasPrefix("echo-"), let status = Int(parts[0].dropFirst(5)), 400...599 ~= status else {
                return nil
            }
            place = .refusal(status)
        }
    }

    /// The status it is answered with, where it is a refusal.
    var status: Int? { if case .refusal(let status) = place { status } else { nil } }
}

extension Reply {
    /// Puts the credentials of the request into the answer.
    mutating func echo(_ echo: Echo, _ route: SimulatorRoute, _ request: ServiceRequest) {
        let (id, secret) = (request.clientID ?? "", request.secretKey ?? "")
        let text = [secret, id, "\(id):\(secret)"].map(echo.form.text).joined(separator: " ")
        if echo.place != .data {
            let line = text.replacing("\r\n", with: " ").replacing("\n", with: " ")
            for name in ["x-request-id", "server", "x-trace", "retry-after", "ratelimit"] {
                headers.append((name: name, value: line))
            }
        }
        guard echo.place != .headers, let value = try? JSONValue(parsing: body) else { return }
        let marked = (200..<300).contains(status) ? value.marked(route) : value.markedEverywhere
        let inside = echo.form.isJSON ? text : EchoForm.json(text, slash: false)
        body = Array(
            String(decoding: (try? marked.serialized()) ?? [], as: UTF8.self).replacing(JSONValue.mark, with: inside)
                .utf8)
    }
}

extension JSONValue {
    /// Stands for the echo while the answer is still JSON.
    fileprivate static let mark = "the credentials of this request"

    /// The answer with a mark in the texts that a client of the route works with.
    fileprivate func marked(_ route: SimulatorRoute) -> JSONValue {
        let mark = JSONValue.string(Self.mark)
        return switch route {
        case .keys:
            changing("data") { $0.changing("keys") { $0.changingFirst { $0.changing("displayName") { _ in mark } } } }
        case .values: changing("data") { $0.changing("values") { $0.changingFirst { _ in mark } } }
        case .submit: changing("data") { $0.changing("queryId") { _ in mark } }
        case .status: changing("data") { $0.changing("status") { _ in mark } }
        case .results:
            changing("pagination") { $0.changing("nextCursor") { _ in mark } }
                .changing("data") { $0.changingFirst { $0.markedRow } }
        }
    }

    /// A refusal with a mark in each of its texts.
    fileprivate var markedEverywhere: JSONValue {
        .object((object ?? []).map { Member(name: $0.name, value: .string("\($0.value.string ?? "") \(Self.mark)")) })
    }

    private var markedRow: JSONValue {
        let members = (object ?? []).map { member in
            member.value.string == nil ? member : Member(name: member.name, value: .string(Self.mark))
        }
        return .object(members + [Member(name: Self.mark, value: .string(Self.mark))])
    }

    private func changing(_ name: String, _ change: (JSONValue) -> JSONValue) -> JSONValue {
        guard var members = object else { return self }
        if let index = members.firstIndex(where: { $0.name == name }) {
            members[index] = Member(name: name, value: change(members[index].value))
        } else {
            members.append(Member(name: name, value: change(.null)))
        }
        return .object(members)
    }

    private func changingFirst(_ change: (JSONValue) -> JSONValue) -> JSONValue {
        guard let elements = array, let first = elements.first else { return self }
        return .array([change(first)] + elements.dropFirst())
    }
}
