import Commands
import HostLoop
import Testing

/// The order in which a run that ended well makes final what it leaves.
@Suite struct RunCommitsTests {
    private struct Refused: Error {}

    @HostLoop private final class Taken {
        var steps: [RunCommits.Step] = []
    }

    @HostLoop private func commits(_ taken: Taken, refusing refused: RunCommits.Step? = nil) -> RunCommits {
        var commits = RunCommits()
        for step in RunCommits.Step.allCases.reversed() {
            commits.add(step) {
                if step == refused { throw Refused() }
                taken.steps.append(step)
            }
        }
        return commits
    }

    @Test func `What others see comes before what the run remembers, in whatever order it was added`() async throws {
        try await HostLoop.withVirtualClock {
            let taken = Taken()
            let isWhole = try await commits(taken).perform(while: { true })
            #expect(isWhole)
            #expect(taken.steps == [.outputs, .notifications, .values])
        }
    }

    @Test func `Nothing is taken after a step that was refused`() async throws {
        try await HostLoop.withVirtualClock {
            let taken = Taken()
            await #expect(throws: Refused.self) {
                _ = try await commits(taken, refusing: .notifications).perform(while: { true })
            }
            #expect(taken.steps == [.outputs])
        }
    }

    @Test func `Nothing is taken of a run that does not end well, or no longer`() async throws {
        try await HostLoop.withVirtualClock {
            let taken = Taken()
            var isWhole = try await commits(taken).perform(while: { false })
            #expect(!isWhole && taken.steps == [])
            isWhole = try await commits(taken).perform(while: { taken.steps.count < 2 })
            #expect(!isWhole && taken.steps == [.outputs, .notifications])
        }
    }
}
