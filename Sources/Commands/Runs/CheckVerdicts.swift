import Monitoring

/// The verdicts on the scripts of `finlua check`, in their order, as far as they are known.
struct CheckVerdicts: Sendable {
    /// How lines and values name the scripts, each by a name of its own.
    let names: [String]
    private(set) var known: [ScriptVerdict] = []

    init(paths: [String]) {
        var counts: [String: Int] = [:]
        names = paths.map { path in
            let name = path.split(separator: "/").last.map(String.init) ?? path
            counts[name, default: 0] += 1
            return name + (counts[name] == 1 ? "" : " #\(counts[name] ?? 0)")
        }
    }

    /// The name of the script that comes next.
    var next: String { names[known.count] }

    mutating func add(_ verdict: ScriptVerdict) { known.append(verdict) }

    /// Gives all scripts that have none yet the same verdict.
    mutating func giveUp(_ reason: String) {
        while known.count < names.count { add(ScriptVerdict(next, undecided: reason)) }
    }

    /// What is left to say when the next script holds the process and nothing comes after it.
    func abandoned(_ reason: String) -> CheckReport {
        var verdicts = self
        verdicts.add(ScriptVerdict(next, undecided: reason))
        verdicts.giveUp(Self.notRun("a script before it ended the process"))
        return verdicts.report
    }

    /// Of the scripts after the one that everything ended with.
    static func notRun(_ reason: String) -> String { "not run: \(reason)" }

    var report: CheckReport { CheckReport(known) }
}
