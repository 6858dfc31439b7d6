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
    /// What happens: a word of `FaultKind.table`.
    public let kind: String
    /// How often it happens.
    public let frequency: Frequency
    /// The first request it may meet, counted from 1 among those it could: earlier ones pass.
    public let start: Int

    /// Reads `route:kind[:count|rate][@first]`, for example `status:500:3`, `results:reset`, `any:drip:10%`,
    /// `results:reset:2@3` (two times, beginning with the third request).
    ///
    /// Fails with the nearest right word for an unknown route or kind, and for a kind that its route cannot have.
    public init(_ text: String) throws(FaultError) {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 || parts.count == 3 else {
            throw FaultError(
                "fault \"\(text)\" is not route:kind[:count or rate][@first], "
                    + "for example status:500:3, results:reset:10% or results:reset:2@3")
        }
        guard let place = FaultPlace(rawValue: parts[0]) else {
            throw FaultError(
                "fault \"\(text)\": no route \"\(parts[0])\"", wrong: parts[0],
                among: FaultPlace.allCases.map(\.rawValue))
        }
        let kinds = FaultKind.table.filter { $0.places.contains(place) }
        guard let kind = kinds.first(where: { $0.means(parts[1]) }) else {
            throw FaultError(
                "fault \"\(text)\": \(place.rawValue) has no \"\(parts[1])\"", wrong: parts[1], among: kinds.map(\.name)
            )
        }
        self.place = place
        self.kind = parts[1]
        if kind.rhythm == .constant, parts.count == 3 || halves.count == 2 {
            throw FaultError("fault \"\(text)\": \"\(parts[1])\" holds all the time and takes no count and no rate")
        }
        frequency = try parts.count == 3 ? Self.frequency(parts[2], text) : kind.rhythm.frequency
        start = try halves.count == 2 ? Self.start(halves[1], text) : 1
    }

    private static func frequency(_ amount: String, _ text: String) throws(FaultError) -> Frequency {
        let isPercent = amount.hasSuffix("%")
        if !isPercent, let count = Int(amount), count > 0 { return .first(count) }
        if let number = Double(isPercent ? String(amount.dropLast()) : amount), number > 0,
            case let rate = isPercent ? number / 100 : number, rate <= 1
        {
            return .rate(rate)
        }
        throw FaultError("fault \"\(text)\": \"\(amount)\" is neither a count like 3 nor a rate like 10% or 0.1")
    }

    private static func start(_ number: String, _ text: String) throws(FaultError) -> Int {
        guard let start = Int(number), start > 0 else {
            throw FaultError(
                "fault \"\(text)\": \"@\(number)\" does not say with which request it begins, as @3 does with the third"
            )
        }
        return start
    }

    /// The text it was read from, with its frequency written out.
    public var description: String {
        var text = "\(place.rawValue):\(kind)"
        if FaultKind.named(kind, at: place)?.rhythm == .constant { return text }
        switch frequency {
        case .first(let count): text += ":\(count)"
        case .rate(let rate):
            let percent = (rate * 100).rounded()
            text += percent / 100 == rate ? ":\(Int(percent))%" : ":\(rate)"
        }
        return start == 1 ? text : "\(text)@\(start)"
    }
}

/// Where a fault happens.
public enum FaultPlace: String, Sendable, CaseIterable {
    case keys, values, submit, status, results, any, query, amounts, interval, errors, limits, clock

    /// The places that are requests, so that anything may happen to their answers.
    public static let requests: [FaultPlace] = [.keys, .values, .submit, .status, .results, .any]
}

/// A fault that cannot be understood.
public struct FaultError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was wrong, and what to write instead.
    public let description: String

    init(_ description: String) { self.description = description }

    init(_ description: String, wrong: String, among words: [String]) {
        let meant = NearMatches.hint(for: wrong, among: words).map { "\($0) There" } ?? "there"
        self.description = "\(description); \(meant) are: \(words.joined(separator: ", "))"
    }
}
