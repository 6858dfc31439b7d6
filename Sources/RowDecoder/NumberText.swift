import CRowDecoder

/// Numbers as text and back, the same in every output of the program.
public enum NumberText {
    /// The shortest decimal that reads back as the same double: "5", "0.1", "1e-7", "1e22", "-0"; never a "+".
    /// An integer below 2^63 has its own digits, because readers take it for one: 922368547758089856, not 922368547758089900.
    /// An exponent stands from 1e21 up and below 1e-6. A NaN or infinity gives "nan" or "inf", which no reader of ours takes.
    public static func shortest(_ number: Double) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(RD_NUMBER_TEXT)) { text in
            let count = rd_number_text(number, text.baseAddress!)
            return String(
                decoding: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[..<count]), as: UTF8.self)
        }
    }

    /// The double nearest to a decimal in JSON's grammar; nil if the text is none or is beyond a double's range.
    public static func parse(_ text: String) -> Double? {
        var text = text
        return text.withUTF8 { bytes in
            var number = 0.0
            let isNumber = bytes.withMemoryRebound(to: CChar.self) {
                rd_number_parse($0.baseAddress, $0.count, &number)
            }
            return isNumber ? number : nil
        }
    }
}
