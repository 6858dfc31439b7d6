/// Numbers as performance data has them: decimals of digits, a point and a minus, with no exponent.
enum PlainNumber {
    /// The shortest decimal that reads back as the same double; nil where it is not finite.
    static func text(_ number: Double) -> String? {
        guard number.isFinite else { return nil }
        if number == 0 { return "0" }
        // The description is the shortest that reads back; it may have an exponent.
        let parts = "\(number.magnitude)".split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        let whole = String(mantissa[0])
        var fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        if fraction == "0" { fraction = "" }
        var digits = whole + fraction
        var point = whole.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        if point <= 0 {
            digits = String(repeating: "0", count: 1 - point) + digits
            point = 1
        }
        if digits.count < point { digits += String(repeating: "0", count: point - digits.count) }
        let tail = digits.dropFirst(point)
        return (number < 0 ? "-" : "") + digits.prefix(point) + (tail.isEmpty ? "" : "." + tail)
    }

    /// The double of a decimal such as "-1.5" or "2e6"; nil for anything else.
    static func parse(_ text: some StringProtocol) -> Double? {
        guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let number = Double(text),
            number.isFinite
        else { return nil }
        return number
    }
}
