/// How far a server's clock is off, as a fault of the clock says it.
enum ClockSkew {
    /// Reads `+7m`, `-90s` or `+5h`; nil when it is anything else.
    static func parse(_ text: String) -> Duration? {
        guard let sign = text.first, let unit = text.last, let amount = Int64(text.dropFirst().dropLast()), amount > 0,
            amount < 1_000_000, let seconds = ["s": 1, "m": 60, "h": 3600][unit] as Int64?
        else { return nil }
        switch sign {
        case "+": return .seconds(amount * seconds)
        case "-": return .zero - .seconds(amount * seconds)
        default: return nil
        }
    }

    /// All skews of a server together.
    static func total(of faults: [Fault]) -> Duration {
        faults.reduce(.zero) { $1.place == .clock ? $0 + (parse($1.kind) ?? .zero) : $0 }
    }
}
