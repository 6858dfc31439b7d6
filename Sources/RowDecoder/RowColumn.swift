/// How values of one measurement are brought together.
public enum MeasurementAggregation: String, Hashable, Sendable, CaseIterable {
    case sum
    case minimum = "min"
    case maximum = "max"
    case average = "avg"
}

/// One column that a query asked for.
public struct RowColumn: Hashable, Sendable {
    /// What a column holds.
    public enum Kind: Hashable, Sendable {
        /// The time bucket: text, cut to the date where the API sends a timestamp.
        case interval
        /// Text, or absent.
        case dimension
        /// An amount and, where the API sends one, its unit.
        case measurement(MeasurementShape)
    }

    /// What is known of a measurement before its rows come.
    public struct MeasurementShape: Hashable, Sendable {
        /// How a bucket that a window cut divides is merged; an average cannot be.
        public var aggregation: MeasurementAggregation
        /// Whether exports have a column `<alias>_unit`. Finout sends units for usage measurements only.
        public var hasUnit: Bool

        /// Describes a measurement.
        public init(aggregation: MeasurementAggregation, hasUnit: Bool) {
            self.aggregation = aggregation
            self.hasUnit = hasUnit
        }
    }

    /// What the column holds.
    public var kind: Kind
    /// The column as the API calls it, such as "day", "AWS_billing_dimension_region" or "usageAmount_sum".
    public var name: String
    /// The row's name for it. A measurement without one stays `{amount=, unit=}` under the API's name.
    public var alias: String?

    /// Describes a column.
    public init(_ kind: Kind, name: String, alias: String? = nil) {
        self.kind = kind
        self.name = name
        self.alias = alias
    }
}
