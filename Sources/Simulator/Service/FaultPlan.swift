/// Which requests the faults meet: counts and chances of each.
struct FaultPlan: Sendable {
    private let faults: [Fault]
    private let seed: UInt64
    private var chances: [UInt64]
    private var hits: [Int]
    /// How often each fault met something, by its text.
    private(set) var met: [String: Int] = [:]

    init(_ faults: [Fault], seed: UInt64) {
        self.faults = faults
        self.seed = seed
        chances = Array(repeating: 0, count: faults.count)
        hits = Array(repeating: 0, count: faults.count)
    }

    /// The first of `kinds` that meets something at one of `places`; nil when none does.
    mutating func first(of kinds: (String) -> Bool, at places: [FaultPlace]) -> String? {
        for (index, fault) in faults.enumerated() where places.contains(fault.place) && kinds(fault.kind) {
            switch fault.frequency {
            case .first(let count): guard hits[index] < count else { continue }
            case .rate(let rate):
                chances[index] += 1
                guard fraction(mix(seed &+ UInt64(index), chances[index])) < rate else { continue }
            }
            hits[index] += 1
            met[fault.description, default: 0] += 1
            return fault.kind
        }
        return nil
    }

    /// Whether a fault of this kind meets something now.
    mutating func meets(_ place: FaultPlace, _ kind: String) -> Bool {
        first(of: { $0 == kind }, at: [place]) != nil
    }

    /// What happens to a request of a route: a kind that any request can have, or an HTTP status.
    mutating func request(_ route: SimulatorRoute) -> String? {
        first(
            of: { kind in
                FaultKind.statuses.contains(kind)
                    || FaultKind.table.contains { $0.name == kind && $0.places.contains(.any) }
            }, at: [FaultPlace(rawValue: route.rawValue)!, .any])
    }
}
