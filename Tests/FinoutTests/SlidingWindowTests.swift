import Finout
import HostLoop
import Testing

struct SlidingWindowTests {
    @Test(arguments: [1, 2, 3, 5, 8] as [UInt64])
    func `whatever the network's delay, no stretch of the window sees more arrivals than the limit`(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        var window = SlidingWindow(RateLimit(5, per: .seconds(10)))
        var now = Moment(millisecondsSinceEpoch: 0)
        var ends: [Moment] = []
        var arrivals: [Moment] = []
        while arrivals.count < 400 {
            for end in ends.filter({ $0 <= now }) { window.end(at: end) }
            ends.removeAll { $0 <= now }
            switch window.admission(at: now) {
            case .now:
                window.begin()
                let arrival = now + .milliseconds(Int.random(in: 0...9000, using: &random))
                arrivals.append(arrival)
                ends.append(arrival + .milliseconds(Int.random(in: 0...4000, using: &random)))
                ends.sort()
            case .at(let moment):
                #expect(moment > now)
                now = ends.first.map { min($0, moment) } ?? moment
            case .whenAnExchangeEnds:
                now = ends[0]
            }
            if Bool.random(using: &random) { now = now + .milliseconds(Int.random(in: 0...300, using: &random)) }
        }
        arrivals.sort()
        for index in arrivals.indices.dropFirst(5) {
            #expect(arrivals[index] - arrivals[index - 5] >= .seconds(10))
        }
    }

    @Test func `a window that is used as fast as it may be gives its whole limit each time`() {
        var window = SlidingWindow(RateLimit(50, per: .seconds(60)))
        let start = Moment(millisecondsSinceEpoch: 0)
        for _ in 0..<50 {
            #expect(window.admission(at: start) == .now)
            window.begin()
            window.end(at: start + .milliseconds(100))
        }
        guard case .at(let next) = window.admission(at: start + .seconds(1)) else {
            Issue.record("a 51st request was let through")
            return
        }
        #expect(next > start + .milliseconds(60_100) && next < start + .milliseconds(60_200))
        #expect(window.admission(at: next) == .now)
    }

    @Test func `a pause outlasts free slots`() {
        var window = SlidingWindow(RateLimit(5, per: .seconds(10)))
        let start = Moment(millisecondsSinceEpoch: 0)
        window.pause(until: start + .seconds(7))
        window.pause(until: start + .seconds(3))
        #expect(window.admission(at: start) == .at(start + .seconds(7)))
        #expect(window.admission(at: start + .seconds(7)) == .now)
    }
}
