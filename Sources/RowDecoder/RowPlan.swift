import CRowDecoder

/// The columns of a query, and what its rows call them.
public final class RowPlan: Sendable {
    /// In the order rows and exports have them.
    public let columns: [RowColumn]
    /// The names of an export's columns, in order, those of units included.
    public let outputColumns: [String]
    // Immutable after `init`, and read by any thread.
    nonisolated(unsafe) let handle: OpaquePointer

    /// Prepares the columns.
    public init(columns: [RowColumn]) {
        self.columns = columns
        let texts = columns.map { ($0.name, $0.alias) }
        handle = withTexts(texts.flatMap { [$0.0, $0.1] }) { texts in
            let described = columns.enumerated().map { index, column in
                rd_column(column, name: texts[2 * index], alias: texts[2 * index + 1])
            }
            return rd_plan_create(described, described.count)!
        }
        var outputs: [String] = []
        while true {
            let output = rd_plan_output(handle, outputs.count)
            guard output.text != nil else { break }
            outputs.append(String(output))
        }
        outputColumns = outputs
    }

    deinit { rd_plan_free(handle) }
}

extension rd_column {
    fileprivate init(_ column: RowColumn, name: rd_text, alias: rd_text) {
        self.init()
        self.name = name
        self.alias = alias
        switch column.kind {
        case .interval: kind = RD_INTERVAL
        case .dimension: kind = RD_DIMENSION
        case .measurement(let shape):
            kind = RD_MEASUREMENT
            has_unit = shape.hasUnit
            aggregation =
                switch shape.aggregation {
                case .sum: RD_SUM
                case .minimum: RD_MINIMUM
                case .maximum: RD_MAXIMUM
                case .average: RD_AVERAGE
                }
        }
    }
}
