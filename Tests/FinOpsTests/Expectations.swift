import FinOps
import Testing

/// The error of this code that the body throws; nil, and a failed test, where it throws none or another.
@discardableResult
func expectError(
    _ code: FinOpsError.Code, at location: SourceLocation = #_sourceLocation, _ body: () throws -> some Any
) -> FinOpsError? {
    let error = #expect(throws: FinOpsError.self, sourceLocation: location) { _ = try body() }
    #expect(error?.code == code, "\(error?.message ?? "")", sourceLocation: location)
    return error
}

extension Decimal: ExpressibleByStringLiteral {
    /// A decimal that the test knows to be one.
    package init(stringLiteral text: String) { try! self.init(text) }
}
