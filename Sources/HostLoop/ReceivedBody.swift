import Glibc

/// A received body, followed by at least 64 bytes of zeros so that a parser may read past the end.
///
/// Guard of `@unchecked Sendable`: the bytes never change after `init`. The memory is freed with the last reference, so
/// `bytes` must not outlive the object.
public final class ReceivedBody: @unchecked Sendable {
    /// Bytes kept free behind the body. simdjson: `SIMDJSON_PADDING` is 64 at most.
    public static let padding = 64

    /// The body without its padding.
    public let bytes: UnsafeRawBufferPointer

    /// Bytes that may be read from the start of `bytes`: at least `count + padding`.
    public let capacity: Int

    /// The length of the body in bytes.
    public var count: Int { bytes.count }

    /// The body as UTF-8, with replacement characters where it is not.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    private let memory: UnsafeMutableRawPointer

    /// Takes over `memory`, which came from `malloc` and holds `capacity` bytes.
    init(taking memory: UnsafeMutableRawPointer, count: Int, capacity: Int) {
        precondition(capacity >= count + Self.padding)
        memset(memory + count, 0, Self.padding)
        self.memory = memory
        self.capacity = capacity
        bytes = UnsafeRawBufferPointer(start: memory, count: count)
    }

    /// A body with a copy of `bytes`.
    public convenience init(copying bytes: some Collection<UInt8>) {
        let capacity = bytes.count + Self.padding
        guard let memory = malloc(capacity) else { fatalError("out of memory for \(capacity) bytes") }
        UnsafeMutableRawBufferPointer(start: memory, count: bytes.count).copyBytes(from: bytes)
        self.init(taking: memory, count: bytes.count, capacity: capacity)
    }

    deinit {
        free(memory)
    }
}
