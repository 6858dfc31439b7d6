import HostLoop

/// A piece of a result as the Results route sends it.
struct ResultPage {
    /// How amounts and intervals are written; the documented forms unless a fault says otherwise.
    struct Style {
        enum Amounts { case objects, strings, bare, words }
        enum IntervalForm { case plain, timestamp, capital }

        var amounts = Amounts.objects
        var interval = IntervalForm.plain
        /// Rows say that they are of a time so long before their own.
        var weeksEarlier = 0
    }

    var rows: Range<Int>
    var hasMore: Bool
    /// Nil: the page does not say.
    var totalRows: Int?
    var hasPagination = true
    var nextCursor: String?
    var repeatsLastRow = false
    var style = Style()
}

extension ResultSet {
    /// The JSON of a page.
    func json(_ page: ResultPage, requestID: String) -> [UInt8] {
        var text = JSONText(capacity: 256 + page.rows.count * 64 * (request.dimensions.count + 2))
        text.raw("{\"requestId\":")
        text.string(requestID)
        if page.hasPagination {
            text.raw(",\"pagination\":{\"hasMore\":\(page.hasMore)")
            if let total = page.totalRows { text.raw(",\"totalRows\":\(total)") }
            if let cursor = page.nextCursor {
                text.raw(",\"nextCursor\":")
                text.string(cursor)
            }
            text.raw("}")
        }
        text.raw(",\"data\":[")
        let names = fieldNames(page.style)
        let labels = buckets.map { label($0, page.style) }
        var written = 0
        for index in page.rows {
            if written > 0 { text.raw(",") }
            write(index, names: names, labels: labels, style: page.style, to: &text)
            written += 1
        }
        if page.repeatsLastRow, let last = page.rows.last {
            text.raw(",")
            write(last, names: names, labels: labels, style: page.style, to: &text)
        }
        text.raw("]}")
        return text.bytes
    }

    /// The names of dimensions, interval and measurements as they stand before a value: `"name":`.
    private func fieldNames(_ style: ResultPage.Style) -> [[UInt8]] {
        var interval = request.interval.rawValue
        if style.interval == .capital { interval = interval.prefix(1).uppercased() + interval.dropFirst() }
        let names =
            request.dimensions.map { ColumnName.table[$0].field } + [interval] + request.measurements.map(\.field)
        return names.map { name in
            var text = JSONText(capacity: 64)
            text.string(name)
            text.raw(":")
            return text.bytes
        }
    }

    /// How a bucket is written.
    private func label(_ bucket: String, _ style: ResultPage.Style) -> String {
        var label = bucket
        if style.weeksEarlier > 0, let day = Day(request.interval == .month ? bucket + "-15" : bucket) {
            label = DemoAccount.label(of: day - 7 * style.weeksEarlier, request.interval)
        }
        return style.interval == .timestamp ? label + "T00:00:00.000Z" : label
    }

    private func write(
        _ index: Int, names: [[UInt8]], labels: [String], style: ResultPage.Style, to text: inout JSONText
    ) {
        let row = rows[index]
        let width = request.dimensions.count
        text.raw("{")
        for place in 0..<width {
            guard let value = account.value(groups[Int(row.group) * width + place], in: request.dimensions[place])
            else { continue }
            text.raw(names[place])
            text.string(value)
            text.raw(",")
        }
        text.raw(names[width])
        text.string(labels[Int(row.bucket)])
        for place in request.measurements.indices {
            let cell = index * request.measurements.count + place
            guard amounts[cell] != Self.noAmount else { continue }
            text.raw(",")
            text.raw(names[width + 1 + place])
            switch style.amounts {
            case .bare: text.millionths(amounts[cell])
            case .words: text.raw("{\"amount\":\"a lot\"}")
            case .objects, .strings:
                let quote = style.amounts == .strings ? "\"" : ""
                text.raw("{\"amount\":")
                text.raw(quote)
                text.millionths(amounts[cell])
                text.raw(quote)
                if units[cell] >= 0 {
                    text.raw(",\"unit\":")
                    text.string(account.units[Int(units[cell])])
                }
                text.raw("}")
            }
        }
        text.raw("}")
    }
}

/// JSON being written.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func raw(_ text: [UInt8]) { bytes.append(contentsOf: text) }

    /// A string in quotes, escaped as RFC 8259 asks.
    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: hexadecimal(UInt64(byte)).utf8.suffix(2))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Millionths as the shortest decimal.
    mutating func millionths(_ amount: Int64) {
        if amount < 0 { bytes.append(UInt8(ascii: "-")) }
        let (whole, part) = amount.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        raw(String(whole))
        guard part > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var digits = part
        var divisor: UInt64 = 100_000
        while digits > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(digits / divisor))
            digits %= divisor
            divisor /= 10
        }
    }
}
