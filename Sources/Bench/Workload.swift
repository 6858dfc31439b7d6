import Glibc
import StateStore

/// Queries submitted at once whose durations nobody but the simulation knows.
package struct Workload: Sendable {
    /// One of them. Seconds.
    package struct Query: Sendable {
        let kind: String
        let duration: Double
    }

    let queries: [Query]
    /// What the account remembers of each kind.
    let history: [String: [ObservedDuration]]

    /// Five kinds, log-normal with medians of 3, 10, 20, 60 and 150 s and sigma 0.35, each remembered from 20 runs that
    /// were polled each five seconds.
    package static func known(count: Int, seed: Int) -> Workload {
        var random = Random(seed: seed)
        let medians = [3.0, 10, 20, 60, 150]
        var history: [String: [ObservedDuration]] = [:]
        for median in medians {
            history["\(median)"] = (0..<20).map { _ in
                let polls = (random.logNormal(median: median, sigma: 0.35) / 5).rounded(.up)
                return ObservedDuration(lower: (polls - 1) * 5, upper: polls * 5)
            }
        }
        let queries = (0..<count).map { index in
            let median = medians[(index + seed) % medians.count]
            return Query(kind: "\(median)", duration: random.logNormal(median: median, sigma: 0.35))
        }
        return Workload(queries: queries, history: history)
    }

    /// Log-normal with a median of 20 s and a 95th percentile of 180 s, and nothing remembered.
    package static func unknown(count: Int, seed: Int) -> Workload {
        var random = Random(seed: seed)
        let sigma = log(180.0 / 20) / 1.645
        let queries = (0..<count).map { _ in
            Query(kind: "unknown", duration: random.logNormal(median: 20, sigma: sigma))
        }
        return Workload(queries: queries, history: [:])
    }
}
