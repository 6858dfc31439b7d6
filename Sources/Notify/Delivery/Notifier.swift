public import HostLoop
import Secrets
public import StateStore

/// Tells people: sends notices to the endpoints of the configuration, each once.
///
/// A notice is sent at least once: where the answer is lost behind a message that was sent, it is sent again, under the
/// same `Message-ID`, `Idempotency-Key` or `dedup_key`. What was accepted is written down at once, and not sent again.
@HostLoop public final class Notifier {
    /// What became of a notice.
    public enum Outcome: Sendable, Equatable {
        /// It was accepted; so many messages.
        case sent(messages: Int)
        /// It was told before, by this run or another, or is over without having been told.
        case told
        /// It has nothing to tell.
        case nothing
    }

    /// What observers hear of.
    public enum Event: Sendable {
        case sent(endpoint: String, Outcome)
        case retrying(endpoint: String, attempt: Int, reason: String, wait: Duration)
        /// Another endpoint's error is the one that is thrown.
        case failed(NotifyError)
        /// What would be sent, where nothing is.
        case shown(String)
    }

    /// Notices that one run may have for an endpoint. One notice holds any number of findings.
    public nonisolated static let mostNotices = 100

    let endpoints: [String: NotifyEndpoint]
    /// Endpoints that cannot be used, and why.
    private let broken: [String: String]
    let told: ToldNotices
    let keys: NoticeKeys
    /// Who tells, as messages show it.
    let source: String
    private let deadline: Moment
    /// Why nothing is sent, only shown; nil where it is sent.
    private let silence: String?
    private let sender: Sender
    private var staged: [(name: String, notice: Notice)] = []
    /// Hears what happens.
    public var observer: @HostLoop (Event) -> Void = { _ in }

    /// `broken` are endpoints that cannot be used, and why. `run` is what a notice without a key is told once in. `scope`
    /// is what no other script and account has. With `silence`, such as `in a demo run`, nothing is sent, only shown.
    public init(
        _ endpoints: [NotifyEndpoint], broken: [String: String] = [:], told: ToldNotices, run: String, scope: String,
        source: String, deadline: Moment, silence: String? = nil, http: HTTPConfiguration = .init()
    ) {
        self.endpoints = Dictionary(endpoints.map { ($0.name, $0) }) { first, _ in first }
        self.broken = broken
        self.told = told
        keys = NoticeKeys(run: run, scope: scope)
        self.source = source
        self.deadline = deadline
        self.silence = silence
        sender = Sender(endpoints, http)
    }

    /// Takes a notice that is sent with `sendStaged`; false where it has nothing to tell. Fails with `bad_argument` for an
    /// endpoint that the configuration does not name, or whose secret could not be read.
    public func stage(_ notice: Notice, to name: String) throws(NotifyError) -> Bool {
        try check(name)
        guard !notice.isEmpty else { return false }
        guard staged.count(where: { $0.name == name }) < Self.mostNotices else {
            throw NotifyError(
                .badArgument, "a run may send \(Self.mostNotices) notices to \(name), and this is one more",
                hint: "Send one with all findings or rows: findings = {…}")
        }
        staged.append((name, notice))
        return true
    }

    /// Sends what was staged, to all endpoints at once and in order to each. Every endpoint is tried; fails with the first
    /// error then.
    public func sendStaged() async throws(NotifyError) {
        let waiting = staged
        staged = []
        var names: [String] = []
        for (name, _) in waiting where !names.contains(name) { names.append(name) }
        let errors = await withTaskGroup(of: (Int, NotifyError?).self) { group in
            for (index, name) in names.enumerated() {
                let notices = waiting.filter { $0.name == name }.map(\.notice)
                group.addTask { await self.send(all: notices, to: name, index) }
            }
            var errors: [Int: NotifyError] = [:]
            for await (index, error) in group { errors[index] = error }
            return errors
        }
        let sorted = errors.sorted { $0.key < $1.key }.map(\.value)
        guard let first = sorted.first else { return }
        for error in sorted.dropFirst() { observer(.failed(error)) }
        throw first
    }

    private func send(all notices: [Notice], to name: String, _ index: Int) async -> (Int, NotifyError?) {
        do throws(NotifyError) {
            for notice in notices { _ = try await send(notice, to: name) }
            return (index, nil)
        } catch {
            return (index, error)
        }
    }

    /// Sends a notice now, whatever becomes of the run.
    @discardableResult
    public func send(_ notice: Notice, to name: String) async throws(NotifyError) -> Outcome {
        try check(name)
        guard !notice.isEmpty else { return .nothing }
        let notice = notice.scrubbed
        guard silence == nil, let endpoint = endpoints[name] else {
            show(notice, to: name)
            return .sent(messages: 0)
        }
        guard let new = try stated({ () throws(StateError) in try untold(notice, to: name) }) else { return .told }
        let parcels = Parcel.all(of: new, for: endpoint.kind, keys: keys)
        for parcel in parcels { try await deliver(parcel, to: endpoint) }
        observer(.sent(endpoint: name, .sent(messages: parcels.count)))
        return .sent(messages: parcels.count)
    }

    private func check(_ name: String) throws(NotifyError) {
        if silence != nil || endpoints[name] != nil { return }
        if let reason = broken[name] {
            throw NotifyError(.badArgument, "the endpoint \(name) cannot be used: \(reason)")
        }
        let names = (Array(endpoints.keys) + Array(broken.keys)).sorted()
        throw NotifyError(
            .badArgument, "the configuration has no endpoint \"\(Wrapped.line(name))\"",
            hint: names.isEmpty
                ? "Name it in the configuration file: notify = { \(NotifyEndpoint.example) }"
                : "It has: \(names.joined(separator: ", "))")
    }

    /// What of a notice was not told before; nil where nothing is left.
    private func untold(_ notice: Notice, to name: String) throws(StateError) -> Notice? {
        let now = HostLoop.now
        func isNew(_ key: String) throws(StateError) -> Bool { try !told.wasTold(key, to: name, now: now) }
        guard notice.findings != nil else {
            // A recovery is news to those who know of the alert.
            return try isNew(keys.own(notice)) != notice.resolves ? notice : nil
        }
        var new = notice
        (new.findings, new.resolved) = ([], [])
        for finding in notice.findings ?? [] where try isNew(keys.of(finding, of: notice, isResolved: false)) {
            new.findings?.append(finding)
        }
        for finding in notice.resolved where try isNew(keys.of(finding, of: notice, isResolved: true)) {
            new.resolved.append(finding)
        }
        return new.isEmpty ? nil : new
    }

    private func deliver(_ parcel: Parcel, to endpoint: NotifyEndpoint) async throws(NotifyError) {
        let isOver = parcel.notice.resolves && parcel.notice.resolved.isEmpty
        // An alert and its recovery are two messages.
        let message = isOver ? parcel.keys + ["over"] : parcel.keys
        let id = try stated { () throws(StateError) in
            try told.begin(message, to: endpoint.name, now: HostLoop.now)
        }
        let letter = Letter(parcel, id: id, source: source)
        let timing = RetryTiming(deadline: deadline, begun: HostLoop.now)
        var attempt = 1
        while true {
            try await waitForTurn(endpoint, timing)
            switch await sender.attempt(letter, to: endpoint, until: timing.end) {
            case .accepted:
                return try stated { () throws(StateError) in
                    if isOver {
                        try told.finish(message, forgetting: parcel.keys, to: endpoint.name)
                    } else {
                        let now = HostLoop.now
                        try told.note(
                            parcel.keys, to: endpoint.name, now: now, until: now + parcel.notice.remembered)
                    }
                }
            case .refused(let error): throw error
            case .again(let reason, let notBefore, _):
                let now = HostLoop.now
                let next = timing.next(
                    after: attempt, notBefore: notBefore, now: now, random: Double.random(in: 0..<1))
                guard let next, !Task.isCancelled else {
                    throw giveUp(endpoint, attempt: attempt, reason: reason, notBefore: notBefore, timing)
                }
                observer(
                    .retrying(endpoint: endpoint.name, attempt: attempt, reason: reason, wait: next - now))
                attempt += 1
                try await sleep(until: next, endpoint)
            }
        }
    }

    private func giveUp(
        _ endpoint: NotifyEndpoint, attempt: Int, reason: String, notBefore: Moment?, _ timing: RetryTiming
    ) -> NotifyError {
        if let notBefore, notBefore >= timing.end {
            return NotifyError(
                .rateLimited, "\(endpoint.shown) takes no message before \(notBefore): \(reason)",
                hint: "Run it again then, or send less often")
        }
        let attempts = "\(attempt) \(attempt == 1 ? "attempt" : "attempts")"
        return NotifyError(
            .unavailable, "\(endpoint.shown) could not be told in \(attempts): \(reason)")
    }

    /// One message a second to each endpoint, whoever sends it.
    private func waitForTurn(_ endpoint: NotifyEndpoint, _ timing: RetryTiming) async throws(NotifyError) {
        let turn = try stated { () throws(StateError) in
            try told.turn(at: endpoint.name, pause: .seconds(1), now: HostLoop.now)
        }
        guard turn < timing.end else {
            throw NotifyError(
                .unavailable, "\(endpoint.shown) could not be told: the run's time is over",
                hint: "Give the run more: --timeout")
        }
        try await sleep(until: turn, endpoint)
    }

    private func sleep(until moment: Moment, _ endpoint: NotifyEndpoint) async throws(NotifyError) {
        do throws(CancellationError) { try await HostLoop.sleep(until: moment) } catch {
            throw NotifyError(.unavailable, "\(endpoint.shown) was not told: the run was ended")
        }
    }

    private func show(_ notice: Notice, to name: String) {
        let kind = endpoints[name].map { " (\($0.kind.rawValue))" } ?? ""
        let digest = Digest(notice, source: source)
        let lines = ["to \(name)\(kind), not sent \(silence ?? ""):", "  \(digest.heading)"]
        observer(.shown((lines + PlainText.lines(digest).map { $0.isEmpty ? "" : "  \($0)" }).joined(separator: "\n")))
    }

    private func stated<Value>(_ body: () throws(StateError) -> Value) throws(NotifyError) -> Value {
        do throws(StateError) { return try body() } catch {
            throw NotifyError(.state, error.message, hint: error.hint)
        }
    }
}

extension NotifyEndpoint {
    /// What an endpoint looks like in a configuration file.
    static let example = #"team = { type = "slack", url_file = "/home/me/.slack-finops" }"#
}

extension Notice {
    /// Whether there is nothing to tell.
    var isEmpty: Bool { findings?.isEmpty == true && resolved.isEmpty }

    /// Without the secrets of this process, whoever put them there.
    var scrubbed: Notice {
        let scrubber = KnownSecrets.scrubber
        var notice = self
        notice.title = scrubber.scrubbed(title)
        notice.text = scrubber.scrubbed(text)
        notice.fields = fields.map { Field(scrubber.scrubbed($0.name), scrubber.scrubbed($0.value)) }
        notice.table?.head = table?.head.map(scrubber.scrubbed) ?? []
        notice.table?.lines = table?.lines.map(scrubber.scrubbed) ?? []
        notice.link = link.map(scrubber.scrubbed)
        notice.findings = findings?.map { $0.scrubbed(by: scrubber) }
        notice.resolved = resolved.map { $0.scrubbed(by: scrubber) }
        return notice
    }
}

extension Notice.Finding {
    fileprivate func scrubbed(by scrubber: SecretScrubber) -> Self {
        var finding = self
        finding.series = scrubber.scrubbed(series)
        finding.rule = rule.map(scrubber.scrubbed)
        finding.unit = unit.map(scrubber.scrubbed)
        finding.contributors = contributors.map {
            Contributor(name: scrubber.scrubbed($0.name), change: $0.change)
        }
        return finding
    }
}
