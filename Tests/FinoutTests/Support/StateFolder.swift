import Foundation
import HostLoop

/// Runs `body` with the path of a state of its own, by the virtual clock.
func inState(
    from start: Moment = Day("2026-11-20")!.start,
    _ body: @escaping @HostLoop @Sendable (_ path: String) async throws -> Void
) async throws {
    try await HostLoop.withVirtualClock(from: start) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("finlua-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body("\(folder)/state.db")
    }
}
