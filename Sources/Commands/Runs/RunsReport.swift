import HostLoop
import RowDecoder
import StateStore
import Wording

/// What `finlua runs` prints.
@HostLoop struct RunsReport {
    /// Runs of a list.
    nonisolated static let newest = 20

    private let store: StateStore
    private let log: RunLog

    init(_ store: StateStore) {
        self.store = store
        log = RunLog(store)
    }

    func runs(all: Bool) throws(StateError) -> [RunEntry] { try log.newest(all ? .max : Self.newest) }

    /// The run of an id's beginning, or the newest. Fails with a usage error where that is none or several.
    func run(_ word: String) throws -> RunEntry {
        let found = word == "last" ? try log.newest(1) : try log.find(word)
        if found.count == 1 { return found[0] }
        if found.isEmpty {
            throw UsageError(
                word == "last"
                    ? "the state \(store.path) knows no run"
                    : "the state \(store.path) knows no run \(word); `finlua runs` lists them")
        }
        let ids = found.prefix(3).map(\.id).joined(separator: ", ")
        throw UsageError(
            "\(found.count) runs begin with \(word): \(ids)\(found.count > 3 ? ", …" : ""); give more of the id")
    }

    func table(_ runs: [RunEntry], width: Int) -> String {
        if runs.isEmpty { return "no runs yet in the state \(store.path)\n" }
        // A run's id begins with the time it began.
        var table = TextTable([
            .init(title: "run"), .init(title: "took", isNumber: true), .init(title: "outcome"),
            .init(title: "rows", isNumber: true), .init(title: "script"),
        ])
        for run in runs {
            let record = run.recordValue
            table.rows.append([
                run.id, took(run, record).map(Quantity.text) ?? "", outcome(run),
                record?["rows"]?.integer.map { Int($0).grouped } ?? "",
                CommandLine.short(run.script, arguments(run)),
            ])
        }
        return table.text(width: width)
    }

    /// One object a line.
    func lines(_ runs: [RunEntry]) -> String { runs.map { summary($0).line + "\n" }.joined() }

    /// The record as the run left it; of one that left none, what is known.
    func record(of run: RunEntry) -> String { (run.record ?? summary(run).line) + "\n" }

    /// A run for people.
    func text(of run: RunEntry) throws(StateError) -> String {
        let record = run.recordValue
        var lines: [(String, String)] = [
            ("run", run.id + (run.attempts > 1 ? " (attempt \(run.attempts))" : "")),
            ("script", ([run.script] + arguments(run).map(ShellWord.quoted)).joined(separator: " ")),
            ("outcome", outcome(run) + (run.status.map { " (\($0))" } ?? "")), ("started", "\(run.started)"),
        ]
        if let took = took(run, record) { lines.append(("took", Quantity.text(took))) }
        if run.ended == nil { lines.append(("process", "\(run.pid)")) }
        if let record { lines += details(record) }
        let queries = try RunJournal(store, run: run.id).queries()
        if record == nil {
            for query in queries {
                let state = query.completed.map { "complete at \($0)" } ?? "submitted at \(query.submitted)"
                lines.append(("query", "\(query.query) \(state)"))
            }
        }
        return lines.map { Help.row($0.0, TextTable.shown($0.1), width: .max) }.joined()
    }

    private func details(_ record: JSONValue) -> [(String, String)] {
        var lines: [(String, String)] = []
        func add(_ title: String, _ text: String?) { if let text, !text.isEmpty { lines.append((title, text)) } }
        if let error = record["error"] {
            add(
                "error",
                [error["where"], error["code"], error["message"]].compactMap { $0?.string }.joined(separator: ": "))
            add("hint", error["hint"]?.string)
        }
        for task in record["tasks"]?.array ?? [] {
            let call = task["call"]?.string.map { " in \($0)" } ?? ""
            let place = task["traceback"]?.array?.first?.string.map { ", \($0)" } ?? ""
            add("task \(task["task"]?.integer ?? 0)", (task["state"]?.string ?? "") + call + place)
        }
        for check in record["checks"]?.array ?? [] {
            add("check", [check["state"], check["text"]].compactMap { $0?.string }.joined(separator: ": "))
        }
        add("as of", record["as_of"]?.string)
        add("service", record["service"]?.string)
        add("versions", "finlua \(record["finlua"]?.string ?? ""), \(record["lua"]?.string ?? "")")
        for query in record["queries"]?.array ?? [] {
            let rows = query["rows"]?.integer.map { ", \(Int($0).grouped) rows" } ?? ""
            let isResumed = query["resumed"]?.boolean == true
            add(
                "query",
                "\(query["query"]?.string ?? "") over \(query["window"]?.string ?? "")\(rows)"
                    + (isResumed ? ", submitted by an earlier attempt" : "")
                    + (query["completed"] == nil && !isResumed ? ", not seen complete" : ""))
        }
        for name in ["rows", "pages", "submissions", "possibly_paid_twice"] {
            guard let count = record[name]?.integer, count > 0 else { continue }
            add(name.replacing("_", with: " "), Int(count).grouped)
        }
        for name in ["requests", "retries"] {
            add(
                name, (record[name]?.object ?? []).map { "\($0.value.integer ?? 0) \($0.name)" }.joined(separator: ", ")
            )
        }
        add(
            "waits",
            (record["waits"]?.object ?? []).map { wait in
                "\(Quantity.text(.seconds(wait.value.number ?? 0))) \(wait.name)"
            }.joined(separator: ", "))
        for attempt in record["failed_attempts"]?.array ?? [] {
            add(
                "failed attempt",
                [attempt["route"], attempt["reason"]].compactMap { $0?.string }.joined(separator: ": "))
        }
        for warning in record["warnings"]?.array ?? [] { add("warning", warning.string) }
        for output in record["outputs"]?.array ?? [] {
            add(
                "wrote",
                "\(output["path"]?.string ?? "") (\(Int(output["bytes"]?.integer ?? 0).grouped) bytes)")
        }
        return lines
    }

    private func summary(_ run: RunEntry) -> JSONValue {
        let record = run.recordValue
        return .record([
            ("run", .string(run.id)), ("attempts", .count(run.attempts)), ("script", .string(run.script)),
            ("arguments", (try? JSONValue(parsing: run.arguments)) ?? .string(run.arguments)),
            ("began", .moment(run.started)), ("ended", run.ended.map(JSONValue.moment)),
            ("seconds", took(run, record).map(JSONValue.seconds)), ("pid", .count(run.pid)),
            ("outcome", .string(outcome(run))), ("status", run.status.map(JSONValue.count)), ("rows", record?["rows"]),
        ])
    }

    /// How long its last attempt took, or takes so far; nil if it died, which nobody saw.
    private func took(_ run: RunEntry, _ record: JSONValue?) -> Duration? {
        if let seconds = record?["seconds"]?.number { return .seconds(seconds) }
        return run.isRunning ? HostLoop.now - run.started : nil
    }

    private func outcome(_ run: RunEntry) -> String {
        if run.isRunning { return "running" }
        guard let status = run.status else { return "died" }
        return ExitStatus(rawValue: Int32(truncatingIfNeeded: status))?.word ?? "status \(status)"
    }

    private func arguments(_ run: RunEntry) -> [String] {
        (try? JSONValue(parsing: run.arguments))?.array?.compactMap(\.string) ?? []
    }
}

extension RunEntry {
    fileprivate var recordValue: JSONValue? { record.flatMap { try? JSONValue(parsing: $0) } }
}
