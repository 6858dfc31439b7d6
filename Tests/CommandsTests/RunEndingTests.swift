import Commands
import RunLimits
import Testing

/// The testing library has an `ExitStatus` too.
typealias Status = Commands.ExitStatus

/// Which of several causes the exit status tells.
@Suite struct RunEndingTests {
    /// A cause, and the status that it alone leads to; each goes before those after it.
    private static let causes: [(change: @Sendable (inout RunEnding) -> Void, status: Status)] = [
        ({ $0.signal = 2 }, .interrupted),
        ({ $0.limit = .wall }, .limit),
        ({ $0.isLocked = true }, .locked),
        ({ $0.isLost = true }, .output),
        ({ $0.error = .scriptError }, .scriptError),
        ({ $0.requested = .usage }, .usage),
        ({ $0.isIncomplete = true }, .incomplete),
        ({ $0.checkFailed = true }, .checkFailed),
    ]

    @Test func `Of any causes that hold, the first of the table tells the status`() {
        #expect(RunEnding().status == .done)
        for set in 1..<(1 << Self.causes.count) {
            var ending = RunEnding()
            let held = Self.causes.indices.filter { set & (1 << $0) != 0 }
            for index in held { Self.causes[index].change(&ending) }
            #expect(ending.status == Self.causes[held[0]].status, "causes \(held)")
        }
    }

    @Test(arguments: [(Int32(2), Status.interrupted), (15, .terminated), (1, .terminated)])
    func `Ctrl-C interrupts, other signals terminate`(signal: Int32, status: Status) {
        var ending = RunEnding()
        ending.signal = signal
        #expect(ending.status == status)
    }

    @Test func `An error that the script did not catch stands where its cause does`() {
        var ending = RunEnding()
        ending.error = .limit
        ending.isLocked = true
        ending.isLost = true
        #expect(ending.status == .limit, "memory is a limit")
        for status in [Status.usage, .incomplete, .credentials, .unavailable, .budget] {
            ending = RunEnding()
            ending.error = status
            ending.isIncomplete = true
            #expect(ending.status == status)
            ending.isLost = true
            #expect(ending.status == .output, "what was lost goes before \(status)")
        }
        ending = RunEnding()
        ending.requested = .done
        ending.isIncomplete = true
        #expect(ending.status == .incomplete, "a script that ends by itself is not thereby whole")
    }

    @Test(arguments: [
        ("script_error", Status.scriptError), ("bad_argument", .scriptError), ("bad_query", .scriptError),
        ("not_found", .scriptError), ("cancelled", .scriptError), ("unauthorized", .credentials),
        ("unavailable", .unavailable), ("bad_response", .unavailable), ("query_failed", .unavailable),
        ("results_expired", .unavailable), ("rate_limited", .budget), ("quota_exhausted", .budget),
        ("incomplete", .incomplete), ("deadline", .limit), ("memory", .limit), ("limit", .limit), ("output", .output),
        ("state", .output),
    ])
    func `Each code of an error has its status`(code: String, status: Status) {
        #expect(Status(errorCode: code) == status)
    }
}
