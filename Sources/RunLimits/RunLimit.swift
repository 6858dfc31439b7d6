import Wording

/// What a run may have only so much of. The only table of it: options, help, errors, warnings and the record of a run
/// are made from it.
public enum RunLimit: String, CaseIterable, Sendable {
    case wall, cpu, memory, output, tasks, rows, queries

    /// What its values count.
    public enum Unit: Sendable {
        /// Milliseconds.
        case time
        case bytes
        case count
    }

    struct Row {
        /// The option without its dashes; the variable and the entry of the configuration file are spelled after it.
        let option: String
        let unit: Unit
        let standard: Int
        /// The least that it may be set to.
        var least = 1
        /// The code of its error.
        var code = "limit"
        /// What it is called in a sentence: "its … of 5m".
        let noun: String
        let help: String
        /// What went over it, up to its name.
        let excess: String
        /// What was used, `%` in place of the amount.
        let used: String
        /// What to do but raise it.
        let advice: String
    }

    var row: Row {
        switch self {
        case .wall:
            // A query takes up to several minutes, and a job of every hour must be over well before its next.
            Row(
                option: "timeout", unit: .time, standard: 15 * 60_000, code: "deadline", noun: "deadline",
                help: "deadline of the run, as 90s, 15m or 1h",
                excess: "the run took longer than its", used: "and was stopped after %",
                advice: "ask for fewer days or dimensions")
        case .cpu:
            // A row is read in less than a microsecond of it, so this reads 300 million; who computes longer has a loop.
            Row(
                option: "cpu", unit: .time, standard: 5 * 60_000, noun: "CPU time",
                help: "CPU time of the run, as 30s or 5m; waiting takes none",
                excess: "the run computed longer than its", used: "and was stopped after %",
                advice: "look for a loop that does not end in the traceback")
        case .memory:
            // Three million collected rows of four fields, and a quarter of a machine of 2 GB. The least: what finlua itself
            // puts into a script's memory takes a few hundred KiB.
            Row(
                option: "memory", unit: .bytes, standard: 512 << 20, least: 1 << 20, code: "memory",
                noun: "memory limit",
                help: "memory of the script, as 64M or 2G",
                excess: "the script needed more memory than its", used: "and held %",
                advice: "use rows as they come instead of collecting them")
        case .output:
            // Ten million lines of a hundred bytes: more than a spreadsheet takes, and less than a disk.
            Row(
                option: "max-output", unit: .bytes, standard: 1 << 30, noun: "output limit",
                help: "bytes of stdout and files together, as 64M or 2G",
                excess: "the run was to write more than its", used: "and was stopped after %",
                advice: "look for a loop that prints without end")
        case .tasks:
            // As many as an account has submissions for a day: more can wait for nothing. They take 50 MB, three
            // quarters of it outside the script's memory.
            Row(
                option: "max-tasks", unit: .count, standard: 10_000, noun: "task limit",
                help: "tasks of the script that are open at the same time",
                excess: "the script started more tasks than its", used: "and had % open",
                advice: "use task.each, which starts as many as are to run at a time")
        case .rows:
            // A third of the standard memory where a row has four fields, at 170 bytes each: the rest is for what is made of
            // them. Ten times what one query of the API gives.
            Row(
                option: "max-rows", unit: .count, standard: 1_000_000, noun: "row limit",
                help: "rows that the script keeps at the same time, by collect and the like; iterating keeps none",
                excess: "the script kept more rows than its", used: "and held %",
                advice: "iterate over query:rows() instead of collecting them, or group by fewer columns")
        case .queries:
            // A tenth of what the account has for a day, so that no script takes the others' share.
            Row(
                option: "max-queries", unit: .count, standard: 1_000, noun: "query limit",
                help: "queries that the run submits; those of an earlier attempt are not counted",
                excess: "the run asked for more queries than its", used: "and had submitted %",
                advice: "ask for longer ranges and more dimensions at a time")
        }
    }

    /// The option without its dashes.
    public var option: String { row.option }
    /// What stands for a value in help.
    public var placeholder: String {
        switch row.unit {
        case .time: "TIME"
        case .bytes: "SIZE"
        case .count: "N"
        }
    }
    /// The environment variable that sets the same.
    public var variable: String { "FINLUA_" + row.option.uppercased().replacing("-", with: "_") }
    /// Its name in the configuration file's table `run`.
    public var entry: String { String(row.option.replacing("-", with: "_")) }
    /// What its values count.
    public var unit: Unit { row.unit }
    /// Milliseconds, bytes or a number.
    public var standard: Int { row.standard }
    /// The least that it may be set to.
    public var least: Int { row.least }
    /// The code of the error that it ends in.
    public var code: String { row.code }
    /// "memory limit".
    public var noun: String { row.noun }
    /// "memory": what is limited.
    public var subject: String { row.noun.replacing(" limit", with: "") }
    /// One line for help, with the default.
    public var help: String { "\(row.help) (default \(text(row.standard)))" }

    /// An amount as the option takes it, rounded: `15m`, `512M`, `1,000`.
    public func text(_ amount: Int) -> String {
        switch row.unit {
        case .time: Amount.time(amount)
        case .bytes: Amount.bytes(amount)
        case .count: amount.grouped
        }
    }
}
