import Confinement
import Finout
import HostLoop
import ScriptAPI
import Synchronization

/// What a run did, as its record tells it; from any thread.
final class RunNotes: Sendable {
    private let state = Mutex(Content())

    /// All of it as of now; nil where another thread holds it and does not come back.
    var content: Content? { state.withLockIfAvailable { $0 } }

    /// Takes note of what the client does.
    func note(_ event: ClientEvent) { state.withLock { $0.note(event) } }

    /// A file was written whole.
    func wrote(_ path: String, bytes: Int) { state.withLock { $0.outputs.append((path, bytes)) } }

    /// An endpoint accepted what it was told, in so many messages.
    func told(_ endpoint: String, messages: Int) { state.withLock { $0.notices.append((endpoint, messages)) } }

    /// The script found something out.
    func note(_ observation: ScriptObservation) { state.withLock { $0.findings.note(observation) } }

    /// An export changed what was there before.
    func changed(_ changes: OutputChanges) { state.withLock { $0.changes.append(changes) } }

    /// What stands around the script.
    func note(_ walls: Walls) { state.withLock { $0.walls = walls } }

    struct Content: Sendable {
        private(set) var queries: [AskedQuery] = []
        private(set) var failedAttempts: [FailedAttempt] = []
        private(set) var lastFailedAttempt: FailedAttempt?
        private(set) var warnings: [String] = []
        fileprivate(set) var outputs: [(path: String, bytes: Int)] = []
        fileprivate(set) var changes: [OutputChanges] = []
        fileprivate(set) var notices: [(endpoint: String, messages: Int)] = []
        /// Nil before the script began.
        fileprivate(set) var walls: Walls?
        fileprivate(set) var findings = RunFindings()
        private(set) var rows = 0
        private(set) var pages = 0
        private var places: [String: Int] = [:]

        /// Failed attempts and warnings kept: enough to see what is wrong, and an end.
        private static let kept = 50

        fileprivate mutating func note(_ event: ClientEvent) {
            switch event {
            case .submitted(let query, let window): add(query, window, isResumed: false)
            case .resumed(let query, let window): add(query, window, isResumed: true)
            case .completed(let query, let rows):
                guard let place = places[query] else { return }
                queries[place].completed = HostLoop.now
                queries[place].rows = rows
            case .page(let query, let count, let read, let total):
                rows += count
                pages += 1
                guard let place = places[query] else { return }
                queries[place].rows = total ?? max(read, queries[place].rows ?? 0)
            case .retrying(let route, let attempt, let reason, _):
                let failed = FailedAttempt(route: route, attempt: attempt, reason: reason, at: HostLoop.now)
                lastFailedAttempt = failed
                if failedAttempts.count < Self.kept { failedAttempts.append(failed) }
            case .warning(let text): if warnings.count < Self.kept { warnings.append(text) }
            case .polled, .split, .waiting: break
            }
        }

        private mutating func add(_ query: String, _ window: QueryWindow, isResumed: Bool) {
            places[query] = queries.count
            queries.append(
                AskedQuery(id: query, window: "\(window)", began: HostLoop.now, isResumed: isResumed))
        }
    }

    /// A query of the API.
    struct AskedQuery: Sendable {
        let id: String
        let window: String
        let began: Moment
        /// Whether an earlier attempt of the run submitted it.
        let isResumed: Bool
        var completed: Moment?
        var rows: Int?
    }

    /// An attempt of a call that failed and was repeated.
    struct FailedAttempt: Sendable {
        let route: String
        let attempt: Int
        /// What the service or the network said, with the request's id where there is one.
        let reason: String
        let at: Moment
    }
}
