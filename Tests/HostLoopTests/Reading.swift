import HostLoop
import Testing

/// How bytes come: as they are, or each by itself, in both directions of the test: sent by the server and taken in by
/// the client.
enum Reading {
    @TaskLocal static var isSplit = false
}

/// Runs each test twice: whole, then split.
struct WholeAndSplit: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // Around each case, not around the suite that holds it.
        guard testCase != nil else { return try await function() }
        try await function()
        try await Reading.$isSplit.withValue(true, operation: function)
    }
}

extension Trait where Self == WholeAndSplit {
    static var wholeAndSplit: Self { Self() }
}

extension HTTPConfiguration {
    /// A configuration of the test's reading.
    init(reading maximumConnections: Int) {
        self.init(maximumConnections: maximumConnections)
        splitsReads = Reading.isSplit
    }
}
