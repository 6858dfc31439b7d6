/// What a run may use, and where each limit was set.
public struct RunLimits: Sendable {
    /// Who set a limit.
    public enum Origin: Sendable, Equatable {
        case option
        case variable
        /// The path of the file.
        case configuration(String)
        case standard
    }

    /// One limit of the run.
    public struct Setting: Sendable {
        /// Milliseconds, bytes or a number.
        public var value: Int
        /// Who set it.
        public var origin: Origin

        /// A value from somewhere.
        public init(_ value: Int, _ origin: Origin) {
            self.value = value
            self.origin = origin
        }
    }

    private var settings: [RunLimit: Setting] = [:]

    /// The defaults.
    public init() {}

    /// What is set, or the default.
    public subscript(limit: RunLimit) -> Setting {
        get { settings[limit] ?? Setting(limit.standard, .standard) }
        set { settings[limit] = newValue }
    }

    /// `--timeout`, `FINLUA_TIMEOUT`, `run.timeout of /home/me/config.lua`, `the default`.
    public func origin(of limit: RunLimit) -> String {
        switch self[limit].origin {
        case .option: "--\(limit.option)"
        case .variable: limit.variable
        case .configuration(let path): "run.\(limit.entry) of \(path)"
        case .standard: "the default"
        }
    }

    /// `its CPU time of 5m (the default)`.
    func named(_ limit: RunLimit) -> String {
        "\(limit.noun) of \(limit.text(self[limit].value)) (\(origin(of: limit)))"
    }
}
