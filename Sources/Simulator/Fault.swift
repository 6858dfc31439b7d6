import Wording

/// Something that goes wrong on purpose, on one route or everywhere.
public struct Fault: Sendable, Equatable, CustomStringConvertible {
    /// How often it happens.
    public enum Frequency: Sendable, Equatable {
        /// The first so many requests it could meet.
        case first(Int)
        /// Each request with this probability, by the seed.
        case rate(Double)
    }

    /// Where it happens.
    public let place: FaultPlace
    /// What happens: one of `FaultKind.table`, or the HTTP status to answer with.
    public let kind: String
    /// How often it happens.
    public let frequency: Frequency

    /// Reads `route:kind[:count|rate]`, for example `status:500:3`, `results:reset`, `any:drip:10%`.
    ///
    /// Fails with the nearest right word for an unknown route or kind, and for a kind that its route cannot have.
    public init(_ text: String) throws(FaultError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 || parts.count == 3 else {
            throw FaultError(
                "fault \"\(text)\" is not route:kind or route:kind:count or route:kind:rate, for example status:500:3")
        }
        guard let place = FaultPlace(rawValue: parts[0]) else {
            throw FaultError(
                "fault \"\(text)\": no route \"\(parts[0])\"", wrong: parts[0],
                among: FaultPlace.allCases.map(\.rawValue))
        }
        let kinds = FaultKind.table.filter { $0.places.contains(place) }
        let isStatus = FaultKind.statuses.contains(parts[1]) && FaultPlace.requests.contains(place)
        guard let kind = kinds.first(where: { $0.name == parts[1] }) ?? (isStatus ? FaultKind.status : nil) else {
            throw FaultError(
                "fault \"\(text)\": \(place.rawValue) has no \"\(parts[1])\"", wrong: parts[1], among: kinds.map(\.name)
            )
        }
        self.place = place
        self.kind = parts[1]
        guard parts.count == 3 else {
            frequency = kind.isStanding ? .rate(1) : .first(1)
            return
        }
        let amount = parts[2].hasSuffix("%") ? String(parts[2].dropLast()) : parts[2]
        if !parts[2].hasSuffix("%"), let count = Int(parts[2]), count > 0 {
            frequency = .first(count)
        } else if let number = Double(amount), number > 0,
            case let rate = parts[2].hasSuffix("%") ? number / 100 : number, rate <= 1
        {
            frequency = .rate(rate)
        } else {
            throw FaultError("fault \"\(text)\": \"\(parts[2])\" is neither a count like 3 nor a rate like 10% or 0.1")
        }
    }

    /// The text it was read from, with its frequency written out.
    public var description: String {
        switch frequency {
        case .first(let count): "\(place.rawValue):\(kind):\(count)"
        case .rate(let rate): "\(place.rawValue):\(kind):\(Int((rate * 100).rounded()))%"
        }
    }
}

/// Where a fault happens.
public enum FaultPlace: String, Sendable, CaseIterable {
    case keys, values, submit, status, results, any, query, amounts, interval, errors, limits

    /// The places that are requests, so that anything may happen to their answers.
    public static let requests: [FaultPlace] = [.keys, .values, .submit, .status, .results, .any]
}

/// A fault that cannot be understood.
public struct FaultError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was wrong, and what to write instead.
    public let description: String

    init(_ description: String) { self.description = description }

    init(_ description: String, wrong: String, among words: [String]) {
        let meant = NearMatches.best(for: wrong, among: words, limit: 1).first.map { "did you mean \"\($0)\"? " } ?? ""
        self.description = "\(description); \(meant)There are: \(words.joined(separator: ", "))"
    }
}
