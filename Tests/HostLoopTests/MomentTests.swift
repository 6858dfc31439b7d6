import HostLoop
import Testing

@Suite struct MomentTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (1_795_158_633_999, "2026-11-20T07:10:33Z"),
        (951_782_399_000, "2000-02-28T23:59:59Z"),
    ])
    func `a moment prints as UTC to the second`(milliseconds: Int64, text: String) {
        let moment = Moment(millisecondsSinceEpoch: milliseconds)
        #expect(moment.description == text)
        #expect(moment.millisecondsSinceEpoch == milliseconds)
    }

    @Test func `moments and durations add up`() {
        let moment = Moment(millisecondsSinceEpoch: 1000)
        #expect((moment + .milliseconds(250)).millisecondsSinceEpoch == 1250)
        #expect((moment - .milliseconds(250)).millisecondsSinceEpoch == 750)
        #expect(moment + .seconds(5) - moment == .seconds(5))
        #expect(moment - (moment + .seconds(5)) == .seconds(-5))
        #expect(moment < moment + .nanoseconds(1))
    }

    @Test func `a moment out of range is the last or the first one`() {
        let moment = Moment(millisecondsSinceEpoch: 1000)
        #expect((moment + .seconds(Int64.max)).nanosecondsSinceEpoch == .max)
        #expect((Moment(millisecondsSinceEpoch: -1) - .seconds(Int64.max)).nanosecondsSinceEpoch == .min)
        #expect(Moment(millisecondsSinceEpoch: .max).nanosecondsSinceEpoch == .max)
    }
}
