internal import LuaBridge

/// What a task was doing when its run was stopped.
public struct TaskReport: Sendable {
    /// What it was at.
    public enum Activity: Sendable, Equatable {
        case running
        /// In a host function, under the name that errors call it, for so long.
        case waiting(call: String, Duration)
        /// Its function has ended, its children have not.
        case joining(Duration)
        /// It raised the error that ended the run.
        case failed
    }

    /// Tasks are counted from 1, which is the script itself.
    public let number: Int64
    /// What it was at.
    public var activity: Activity
    /// The script's lines, innermost first.
    public var frames: [String] = []

    init(_ standing: LBStanding) {
        number = standing.number
        let time = Duration.milliseconds(standing.milliseconds)
        activity =
            switch Int(standing.activity) {
            case LB_WAITS_FOR_CALL:
                .waiting(
                    call: withUnsafeBytes(of: standing.call) { bytes in
                        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                    }, time)
            case LB_JOINS: .joining(time)
            default: .running
            }
    }

    init(_ number: Int64, _ activity: Activity, frames: [String]) {
        self.number = number
        self.activity = activity
        self.frames = frames
    }
}

extension LuaStop {
    /// The first tasks that are open, without their lines but for the one that a C function holds; from any thread.
    public var tasks: [TaskReport] {
        var reports = (0..<Int32(LB_PLACES)).compactMap { index in
            var standing = LBStanding()
            return lb_stop_standing(handle, index, &standing) ? TaskReport(standing) : nil
        }
        var source: UnsafePointer<CChar>?
        var number: Int64 = 0
        let line = lb_stop_stuck(handle, &source, &number)
        if line > 0, let source {
            let running = TaskReport(number, .running, frames: ["\(String(cString: source)):\(line)"])
            reports.removeAll { $0.number == number }
            reports.append(running)
        }
        return reports.sorted { $0.number < $1.number }
    }

    /// The line that runs in a C function which does not end, as far as it is known.
    public var stuckPlace: String? { tasks.first { $0.activity == .running }?.frames.first }
}

extension LuaMachine {
    /// The first tasks that are open, with their lines; of a stopped script, as they were then.
    public var tasks: [TaskReport] { tasksAtStop ?? openTasks }

    var openTasks: [TaskReport] {
        var number: Int64 = 0
        let killed = String(cString: lb_killed_traceback(core.bridge, &number))
        var reports = (0..<Int32(LB_PLACES)).compactMap { index -> TaskReport? in
            var standing = LBStanding()
            guard lb_stop_standing(core.stop.handle, index, &standing), let task = lb_stop_task(core.stop.handle, index)
            else { return nil }
            var report = TaskReport(standing)
            if report.activity != .running { report.frames = Self.frames(of: task) }
            return report
        }
        if !killed.isEmpty {
            // Outside any task the text of the error is made that ended the script.
            number = max(number, 1)
            reports.removeAll { $0.number == number }
            reports.append(TaskReport(number, .running, frames: Self.lines(killed)))
        }
        return reports.sorted { $0.number < $1.number }
    }

    /// A task raised an error that ends the run unless somebody catches it: the others are told to end next.
    func noteFailure(of task: LuaTask, traceback: String) {
        // As a script that catches them all would be slowed down by this.
        failuresNoted += 1
        tasksAtFailure = nil
        guard failuresNoted <= 16 else { return }
        var reports = openTasks.filter { $0.number != task.number }
        // The first line is a title.
        var frames = traceback.split(separator: "\n").dropFirst().map { String($0.drop { $0 == "\t" }) }
            .filter { !$0.hasPrefix("[C]: in ") && !$0.hasPrefix("[finlua") }
        if frames.isEmpty { frames = Self.lines(String(cString: lb_refused_traceback(core.bridge))) }
        reports.append(TaskReport(task.number, .failed, frames: Array(frames.prefix(8))))
        tasksAtFailure = reports.sorted { $0.number < $1.number }
    }

    private static func frames(of task: UnsafeMutablePointer<LBTask>) -> [String] {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(LB_TRACEBACK_SIZE)) { text in
            lb_task_traceback(task, text.baseAddress, text.count)
            return lines(String(cString: text.baseAddress!))
        }
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map(String.init)
    }
}
