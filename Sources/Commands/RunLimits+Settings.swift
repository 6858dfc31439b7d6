import Finout
import RunLimits

extension RunLimits {
    /// Those that are set: an option before its variable before the configuration file. Fails with the setting that is
    /// wrong, what it holds and what it may hold.
    init(
        _ options: HostArguments, _ environment: Environment, _ configuration: Configuration
    ) throws(UsageError) {
        self.init()
        for limit in RunLimit.allCases {
            let name = HostOption.Name(rawValue: limit.option)
            let found: (text: String, origin: Origin)? =
                name.flatMap { options[$0] }.map { ($0, .option) }
                ?? environment[limit.variable].map { ($0, .variable) }
                ?? configuration.run[limit.entry].map { ($0, .configuration(configuration.path)) }
            guard let found else { continue }
            self[limit] = Setting(limit.value(found.text) ?? 0, found.origin)
            if self[limit].value < limit.least {
                throw UsageError("\(origin(of: limit)) is \"\(found.text)\"; it takes \(limit.expected)")
            }
        }
    }

    /// The time from its beginning to its deadline.
    var timeout: Duration { .milliseconds(self[.wall].value) }
    /// What its loop may compute.
    var cpu: Duration { .milliseconds(self[.cpu].value) }
}

extension RunLimit {
    /// Milliseconds, bytes or a number; nil where the text is none.
    fileprivate func value(_ text: String) -> Int? {
        switch unit {
        case .time: SettingText.duration(text).map { Int(($0 / .milliseconds(1)).rounded()) }
        case .bytes: Quantity.bytes(text)
        case .count: Int(text)
        }
    }

    fileprivate var expected: String {
        let least = least > 1 ? ", \(self.text(least)) at the least" : ""
        return switch unit {
        case .time: "a time such as 90s, 15m or 1h"
        case .bytes: "a size such as 64M or 2G\(least)"
        case .count: "a whole number of at least 1"
        }
    }
}
