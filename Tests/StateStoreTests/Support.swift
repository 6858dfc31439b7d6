import Foundation
import HostLoop
import StateStore

/// A folder of a test's own, removed at its end.
@HostLoop func withFolder<Result>(_ body: @HostLoop (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("finlua-state-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// Runs `body` with a folder of its own, by the virtual clock.
func inState(_ body: @escaping @HostLoop @Sendable (_ path: String) async throws -> Void) async throws {
    try await HostLoop.withVirtualClock { try await withFolder { try await body("\($0)/state.db") } }
}

extension StateError.Kind {
    /// The kind of the error a call fails with; nil if it does not.
    @HostLoop static func of(_ body: () throws(StateError) -> Void) -> StateError.Kind? {
        do throws(StateError) {
            try body()
            return nil
        } catch {
            return error.kind
        }
    }
}
