/// Reads the sizes that options and settings are written in.
enum Quantity {
    /// Bytes: `512M`, `2G`, `64K` (powers of 1,024); nil for anything else, and for zero.
    static func bytes(_ text: String) -> Int? {
        for (unit, size) in [("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30)] where text.uppercased().hasSuffix(unit) {
            guard let count = Int(text.dropLast()), count > 0 else { return nil }
            let (total, overflow) = count.multipliedReportingOverflow(by: size)
            return overflow ? nil : total
        }
        return nil
    }
}
