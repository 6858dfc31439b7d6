import Glibc
import HostLoop

/// A property that an input broke.
package struct Finding: Error, CustomStringConvertible {
    /// The property, and what stood in its place.
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// One reader of bytes from outside, with the properties that hold for every input.
package struct FuzzTarget: Sendable {
    enum Body: Sendable {
        case plain(@Sendable ([UInt8]) throws -> Void)
        case onLoop(@HostLoop @Sendable ([UInt8]) async throws -> Void)
    }

    /// What `./scripts/fuzz` and the folder of its corpus call it.
    package let name: String
    /// What its bytes are.
    package let takes: String
    /// Pieces that inputs are likely to hold: libFuzzer's dictionary, and the mutator's.
    package let words: [String]
    /// Whether it runs on the loop, where `run` has to be called.
    package var isOnLoop: Bool { if case .onLoop = body { true } else { false } }
    let body: Body
    /// CPU seconds that an input may take besides 4 µs a byte.
    let patience: Double

    init(_ name: String, takes: String, words: [String] = [], plain: @escaping @Sendable ([UInt8]) throws -> Void) {
        (self.name, self.takes, self.words, patience, body) = (name, takes, words, 0.25, .plain(plain))
    }

    init(
        _ name: String, takes: String, words: [String] = [], patience: Double = 0.25,
        onLoop: @escaping @HostLoop @Sendable ([UInt8]) async throws -> Void
    ) {
        (self.name, self.takes, self.words, self.patience, body) = (name, takes, words, patience, .onLoop(onLoop))
    }

    /// How much longer than in an optimised build everything takes: 1, and more under sanitizers.
    nonisolated(unsafe) package static var slowness = 1.0

    /// Runs one input. Fails with the property it breaks, of which time is one: CPU seconds of the thread, `patience`
    /// and 4 µs a byte, which no reader here comes near unless its time grows faster than its input.
    package func run(_ bytes: [UInt8]) throws {
        guard case .plain(let body) = body else { preconditionFailure("\(name) runs on the loop") }
        let start = Self.processorTime()
        try body(bytes)
        try check(Self.processorTime() - start, for: bytes)
    }

    /// The same for a target on the loop.
    @HostLoop package func runOnLoop(_ bytes: [UInt8]) async throws {
        guard case .onLoop(let body) = body else { return try run(bytes) }
        let start = Self.processorTime()
        try await body(bytes)
        try check(Self.processorTime() - start, for: bytes)
    }

    private func check(_ seconds: Double, for bytes: [UInt8]) throws {
        let allowed = (patience + 4e-6 * Double(bytes.count)) * Self.slowness
        try expect(seconds <= allowed, "\(bytes.count) bytes took \(seconds) s of CPU, allowed are \(allowed)")
    }

    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Fails with the property that should hold.
func expect(_ holds: Bool, _ property: @autoclosure () -> String) throws {
    if !holds { throw Finding(property()) }
}

/// Fails with both values where they differ.
func expectSame<Value: Equatable>(_ left: Value, _ right: Value, _ property: @autoclosure () -> String) throws {
    if left != right { throw Finding("\(property()):\n  \(left)\n  \(right)") }
}
