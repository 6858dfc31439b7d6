import HostLoop
import StateStore

/// The API's queries of this run, by the body that was submitted: whoever asks the same again shares the query, and what
/// an earlier attempt of the run submitted is read rather than paid for again.
@HostLoop final class SubmittedQueries {
    /// Nil where nothing outlives the process.
    let journal: RunJournal?
    private var shared: [String: Shared] = [:]
    /// The body that each id was given for.
    private var bodies: [String: String] = [:]

    private final class Shared {
        let outcome = Latch<Result<QueryPart, FinoutError>>()
        var task: Task<Void, Never>?
        var askers = 0
    }

    /// Results go after 24 hours; a query this close to it may be gone before it is read.
    private static let usableAge = RouteTable.resultsKept - .seconds(1800)

    init(journal: RunJournal?) {
        self.journal = journal
    }

    /// The completed query of a body: `complete` brings it about for the first who asks. It ends early only when all
    /// who asked were cancelled; whoever asks then waits for that end, because its id may still come.
    func part(
        of body: String, complete: @escaping @HostLoop @Sendable () async -> Result<QueryPart, FinoutError>
    ) async throws(FinoutError) -> (part: QueryPart, isShared: Bool) {
        while let ending = shared[body], ending.askers == 0, ending.outcome.value == nil {
            _ = try await ending.outcome.wait()
        }
        let isShared = shared[body] != nil
        let entry = shared[body] ?? start(body, complete)
        entry.askers += 1
        do throws(FinoutError) {
            let result = try await entry.outcome.wait()
            entry.askers -= 1
            return (try result.get(), isShared)
        } catch {
            guard entry.outcome.value == nil else { throw error }
            entry.askers -= 1
            if entry.askers == 0 {
                // A submission on its way is answered first, so that its id is not lost.
                entry.task?.cancel()
                _ = await entry.task?.value
            }
            throw error
        }
    }

    private func start(
        _ body: String, _ complete: @escaping @HostLoop @Sendable () async -> Result<QueryPart, FinoutError>
    ) -> Shared {
        let entry = Shared()
        shared[body] = entry
        entry.task = HostLoop.task {
            let result = await complete()
            if case .failure = result { self.shared[body] = nil }
            entry.outcome.set(result)
        }
        return entry
    }

    /// The query that the run submitted with this body before, in an earlier attempt or for one who gave up on it.
    func earlier(_ body: String) throws(FinoutError) -> JournaledQuery? {
        guard let journal else { return nil }
        return try stated { () throws(StateError) in
            try journal.query(body: body, since: HostLoop.now - Self.usableAge)
        }
    }

    /// The service accepted a body. Written down before anything else happens.
    /// Fails with `bad_response` if the id was given for another body: that query's rows would be taken for this one's.
    func submitted(_ query: String, body: String) throws(FinoutError) {
        if let other = bodies.updateValue(body, forKey: query), other != body {
            throw FinoutError(
                .badResponse,
                "A submission was answered with the id \(query), which was given before for another query.",
                hint: "Run it again; give the id to Finout's support if it stays.", retryable: true)
        }
        try stated { () throws(StateError) in try journal?.submitted(query, body: body, now: HostLoop.now) }
    }

    func completed(_ query: String, totalRows: Int?) throws(FinoutError) {
        try stated { () throws(StateError) in
            try journal?.completed(query, totalRows: totalRows, now: HostLoop.now)
        }
    }

    /// The query failed or its results are gone: whoever asks next submits anew.
    func forget(_ query: String) throws(FinoutError) {
        for (body, entry) in shared {
            if case .success(let part) = entry.outcome.value, part.id == query { shared[body] = nil }
        }
        try stated { () throws(StateError) in try journal?.forget(query) }
    }
}
