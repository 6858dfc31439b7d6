import HostLoop
import RowDecoder
import RunLimits

extension RunMeter {
    /// Takes the times that only clocks know.
    func measure(wall: Duration, cpu: Duration) {
        set(.wall, used: Int(wall / .milliseconds(1)))
        set(.cpu, used: Int(cpu / .milliseconds(1)))
    }

    /// What the record says of each limit: what was used of it, what there was, and who said so. Times are seconds.
    var json: JSONValue {
        .record(
            RunLimit.allCases.map { limit in
                func amount(_ value: Int) -> JSONValue {
                    limit.unit == .time ? .seconds(.milliseconds(value)) : .count(value)
                }
                return (
                    limit.rawValue,
                    .record([
                        ("used", amount(peak(limit))), ("value", amount(limits[limit].value)),
                        ("set_by", .string(limits.origin(of: limit))),
                    ])
                )
            })
    }
}
