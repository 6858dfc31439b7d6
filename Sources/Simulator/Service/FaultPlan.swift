/// Which requests the faults meet: counts and chances of each.
struct FaultPlan: Sendable {
    private let faults: [Fault]
    private let seed: UInt64
    /// Requests that each could have met, and those it did meet.
    private var seen: [Int]
    private var hits: [Int]
    /// How often each fault met something, by its text.
    private(set) var met: [String: Int] = [:]

    init(_ faults: [Fault], seed: UInt64) {
        self.faults = faults
        self.seed = seed
        seen = Array(repeating: 0, count: faults.count)
        hits = Array(repeating: 0, count: faults.count)
    }

    /// The first of `kinds` that meets something at one of `places`; nil when none does.
    mutating func first(of kinds: (String) -> Bool, at places: [FaultPlace]) -> String? {
        var found: Int?
        for (index, fault) in faults.enumerated() where places.contains(fault.place) && kinds(fault.kind) {
            // Counted also where another fault meets it: the third request is the third of all.
            seen[index] += 1
            guard found == nil, seen[index] >= fault.start else { continue }
            switch fault.frequency {
            case .first(let count): guard hits[index] < count else { continue }
            case .rate(let rate):
                guard fraction(mix(seed &+ UInt64(index), UInt64(seen[index]))) < rate else { continue }
            }
            found = index
        }
        guard let found else { return nil }
        hits[found] += 1
        met[faults[found].description, default: 0] += 1
        return faults[found].kind
    }

    /// Whether a fault of this kind meets something now.
    mutating func meets(_ place: FaultPlace, _ kind: String) -> Bool {
        first(of: { $0 == kind }, at: [place]) != nil
    }

    /// What happens to a request of a route: a kind that any request can have, or an HTTP status.
    mutating func request(_ route: SimulatorRoute) -> String? {
        first(
            of: { FaultKind.named($0, at: .any) != nil }, at: [FaultPlace(rawValue: route.rawValue)!, .any])
    }
}
