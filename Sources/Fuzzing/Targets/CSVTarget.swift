import CRowDecoder

extension FuzzTarget {
    /// Cells of CSV: whatever a text holds, a reader gets it back.
    static let cells = FuzzTarget(
        "cells", takes: "cells, each ended by a zero byte", words: ["\"", "\r\n", ",", "=1+1", "\t", "@", "'"]
    ) { bytes in
        let cells = bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
        for isGuarded in [false, true] {
            let buffer = rd_buffer_create()!
            defer { rd_buffer_free(buffer) }
            for (index, cell) in cells.enumerated() {
                if index > 0 { _ = rd_buffer_append(buffer, ",", 1) }
                cell.withUnsafeBytes { cell in
                    let text = rd_text(text: cell.bindMemory(to: CChar.self).baseAddress, count: cell.count)
                    _ = rd_buffer_csv_text(buffer, text, isGuarded)
                }
            }
            _ = rd_buffer_append(buffer, "\r\n", 2)
            let text = Array(UnsafeRawBufferPointer(start: rd_buffer_bytes(buffer), count: rd_buffer_count(buffer)))
            let expected = cells.map { cell in
                isGuarded && cell.first.map("=+-@\t\r".utf8.contains) == true ? [UInt8(ascii: "'")] + cell : cell
            }
            try expectSame(try StrictCSV.records(text), [expected], "cells read back")
        }
    }
}

/// RFC 4180 to the letter: CRLF behind each record, quotes only around a whole cell.
enum StrictCSV {
    static func records(_ text: [UInt8]) throws -> [[[UInt8]]] {
        var records: [[[UInt8]]] = []
        var record: [[UInt8]] = []
        var index = 0
        let quote = UInt8(ascii: "\"")
        while index < text.count {
            var cell: [UInt8] = []
            if text[index] == quote {
                index += 1
                while true {
                    guard index < text.count else { throw Finding("a quoted cell is not closed") }
                    if text[index] == quote {
                        index += 1
                        guard index < text.count, text[index] == quote else { break }
                    }
                    cell.append(text[index])
                    index += 1
                }
            } else {
                while index < text.count, !",\r\n\"".utf8.contains(text[index]) {
                    cell.append(text[index])
                    index += 1
                }
            }
            record.append(cell)
            guard index < text.count else { throw Finding("the last record has no end") }
            if text[index] == UInt8(ascii: ",") {
                index += 1
                continue
            }
            guard index + 1 < text.count, text[index] == UInt8(ascii: "\r"), text[index + 1] == UInt8(ascii: "\n")
            else { throw Finding("a cell ends in byte \(text[index])") }
            index += 2
            records.append(record)
            record = []
        }
        try expect(record.isEmpty, "the last record has no end")
        return records
    }
}
