import Glibc
import HostLoop
import Simulator

/// The demo account for programs of their own: by the machine's clock, because the loop's may be virtual for the length
/// of another test of this process.
func demoServer(_ adjust: (inout DemoOptions) -> Void = { _ in }) throws -> SimulatorServer {
    var options = DemoOptions(today: realTime().day)
    adjust(&options)
    return try SimulatorServer(options, clock: realTime)
}

@Sendable private func realTime() -> Moment {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Moment(nanosecondsSinceEpoch: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}

/// The day so many days before today, UTC.
func day(before count: Int) -> Day { Day(daysSinceEpoch: realTime().day.daysSinceEpoch - count) }

extension SimulatorServer {
    /// What a program needs to ask this account.
    var environment: [String: String] {
        [
            "FINOUT_BASE_URL": address, "FINOUT_CLIENT_ID": DemoCredentials.clientID,
            "FINOUT_SECRET_KEY": DemoCredentials.secretKey,
        ]
    }
}
