/// Amounts as limits are written.
enum Amount {
    /// `0.1s`, `14.2s`, `15m`, `2h`.
    static func time(_ milliseconds: Int) -> String {
        if milliseconds >= 3_600_000, milliseconds % 3_600_000 == 0 { return "\(milliseconds / 3_600_000)h" }
        if milliseconds >= 120_000, milliseconds % 60_000 == 0 { return "\(milliseconds / 60_000)m" }
        return (milliseconds < 100 ? hundredths(milliseconds, of: 1000) : tenths(milliseconds, of: 1000)) + "s"
    }

    /// `900 bytes`, `12.5K`, `512M`; powers of 1,024.
    static func bytes(_ count: Int) -> String {
        for (unit, size) in [("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10)] where count >= size {
            return tenths(count, of: size) + unit
        }
        return "\(count) bytes"
    }

    private static func tenths(_ amount: Int, of unit: Int) -> String {
        let (whole, rest) = amount.quotientAndRemainder(dividingBy: unit)
        let tenth = rest * 10 / unit
        return tenth == 0 ? "\(whole)" : "\(whole).\(tenth)"
    }

    private static func hundredths(_ amount: Int, of unit: Int) -> String {
        let text = "\(100 + amount * 100 / unit)".dropFirst()
        return "0.\(text)"
    }
}
