import HostLoop
import StateStore
import Testing

/// A moment so many seconds after another.
private func at(_ seconds: Double) -> Moment {
    Moment(millisecondsSinceEpoch: 1_800_000_000_000 + Int64(seconds * 1000))
}

struct SlotPolicyTests {
    private static let hold = Duration.seconds(60)

    private func turn(of ticket: Int64 = .max, _ states: [SlotEntry.State], limit: Int, now: Moment = at(0)) -> Moment?
    {
        let entries = states.enumerated().map { SlotEntry(id: Int64($0.offset + 1), state: $0.element) }
        return SlotPolicy.turn(of: ticket, among: entries, limit: limit, hold: Self.hold, now: now)
    }

    @Test func `below the limit it is at once anybody's turn`() {
        #expect(turn([], limit: 1) == nil)
        #expect(turn([.open, .kept(at(30))], limit: 3) == nil)
    }

    @Test func `at the limit the turn comes when the first slot is free`() {
        #expect(turn([.kept(at(40)), .kept(at(30))], limit: 2) == at(30))
    }

    @Test func `who came before takes the slots that become free before`() {
        #expect(turn([.kept(at(30)), .kept(at(40)), .waiting(at(30))], limit: 2) == at(40))
        #expect(turn([.kept(at(30)), .kept(at(40)), .waiting(at(30)), .waiting(at(40))], limit: 2) == at(90))
        #expect(turn(of: 3, [.kept(at(30)), .kept(at(40)), .waiting(at(0)), .waiting(at(0))], limit: 2) == at(30))
    }

    @Test func `an exchange on its way frees its slot a window after now at the soonest`() {
        #expect(turn([.open], limit: 1, now: at(7)) == at(67))
    }

    @Test func `who does not look after its turn loses it`() {
        #expect(turn([.waiting(at(0))], limit: 1, now: at(1)) == at(61))
        #expect(turn([.waiting(at(0))], limit: 1, now: at(3)) == nil)
    }

    @Test func `a clock that was set back holds nobody for longer than a window`() {
        #expect(turn([.kept(at(5000))], limit: 1) == at(60))
    }

    @Test(arguments: 1...50) func `no window ever sees more arrivals than the limit`(seed: UInt64) {
        var random = SplitMix(seed)
        let limit = Int.random(in: 1...6, using: &random)
        var now = at(0)
        var entries: [SlotEntry] = []
        var open: [(id: Int64, end: Moment)] = []
        var arrivals: [Moment] = []
        var waiting: [(id: Int64, turn: Moment)] = []
        for id in Int64(1)...120 {
            now = now + .milliseconds(Int.random(in: 0...9000, using: &random))
            func settle(_ id: Int64) {
                let others = entries.filter { $0.id != id }
                let turn = SlotPolicy.turn(of: id, among: others, limit: limit, hold: Self.hold, now: now)
                entries = others
                waiting.removeAll { $0.id == id }
                if let turn {
                    #expect(turn > now)
                    waiting.append((id, turn))
                    entries.append(SlotEntry(id: id, state: .waiting(turn)))
                } else {
                    let end = now + .milliseconds(Int.random(in: 0...5000, using: &random))
                    // The service may count it at any moment of the exchange.
                    let delay = Double.random(in: 0...1, using: &random)
                    arrivals.append(now + (end - now) * delay)
                    open.append((id, end))
                    entries.append(SlotEntry(id: id, state: .open))
                }
            }
            for exchange in open where exchange.end <= now {
                entries.removeAll { $0.id == exchange.id }
                entries.append(SlotEntry(id: exchange.id, state: .kept(exchange.end + Self.hold)))
            }
            open.removeAll { $0.end <= now }
            for waiter in waiting.sorted(by: { $0.id < $1.id }) where waiter.turn <= now { settle(waiter.id) }
            settle(id)
        }
        #expect(arrivals.count > limit)
        for end in arrivals {
            #expect(arrivals.count { $0 <= end && $0 > end - Self.hold } <= limit)
        }
    }
}

/// Random numbers that are the same every time.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
