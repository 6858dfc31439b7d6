import Finout
import HostLoop
import LuaRuntime
import RowDecoder
import Wording

/// What every task was doing when the run was stopped, for people and for machines.
struct TaskListing: Sendable {
    /// The first of them.
    let tasks: [TaskReport]
    /// All that were open.
    let open: Int
    /// Requests that wait for a limit of the account: which, how many, and until when as far as it is known.
    var waits: [LimiterStanding] = []

    private var more: Int { max(open - tasks.count, 0) }

    /// A block a task; empty where there is none.
    var text: String {
        if tasks.isEmpty { return "" }
        var lines: [String] = []
        var index = 0
        while index < tasks.count {
            let task = tasks[index]
            let (activity, first) = (Self.text(task.activity), task.number)
            // Tasks that do the same at the same place are one block.
            while index + 1 < tasks.count, tasks[index + 1].frames == task.frames,
                Self.text(tasks[index + 1].activity) == activity
            {
                index += 1
            }
            let last = tasks[index].number
            index += 1
            lines.append((first == last ? "task \(first)" : "tasks \(first) to \(last)") + ", \(activity)")
            lines += task.frames.map { "  \(TextTable.shown($0))" }
        }
        if more > 0 { lines.append("and \(more.grouped) more \(more == 1 ? "task" : "tasks")") }
        for wait in waits {
            let who = wait.count == 1 ? "one request waits" : "\(wait.count) requests wait"
            lines.append(
                "\(who) for \(RunSummary.named(wait.limiter))"
                    + (wait.until.map { " until \(Quantity.clock($0))" } ?? ""))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same as an array; nil where there is none.
    var json: JSONValue? {
        if tasks.isEmpty { return nil }
        return .array(tasks.map(Self.json))
    }

    private static func text(_ activity: TaskReport.Activity) -> String {
        switch activity {
        case .running: "running"
        case .failed: "failed"
        // What waits for tasks of its own has no better name.
        case .waiting("task", let time): "waiting \(Quantity.text(time)) for its tasks"
        case .waiting(let call, let time): "waiting \(Quantity.text(time)) in \(call)"
        case .joining(let time): "ended, waiting \(Quantity.text(time)) for its tasks"
        }
    }

    private static func json(_ task: TaskReport) -> JSONValue {
        let (state, call, time): (String, String?, Duration?) =
            switch task.activity {
            case .running: ("running", nil, nil)
            case .failed: ("failed", nil, nil)
            case .waiting(let call, let time): ("waiting", call, time)
            case .joining(let time): ("joining", nil, time)
            }
        return .record([
            ("task", .integer(task.number)), ("state", .string(state)), ("call", call.map(JSONValue.string)),
            ("seconds", time.map(JSONValue.seconds)), ("traceback", .array(task.frames.map(JSONValue.string))),
        ])
    }
}
