import Glibc

/// A body while it arrives: one block of memory that grows and always has room for the padding behind it.
struct BodyBuffer: ~Copyable {
    enum Growth {
        case done
        case overLimit
        case outOfMemory
    }

    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0
    private(set) var count = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Adds `bytes`; `expected` is the length of the whole body as far as it is known.
    mutating func append(_ bytes: UnsafeRawBufferPointer, expected: Int?) -> Growth {
        guard bytes.count <= limit - count else { return .overLimit }
        let needed = count + bytes.count
        if needed + ReceivedBody.padding > capacity {
            // 16 KiB holds most answers; doubling keeps the number of moves logarithmic.
            let wanted = memory == nil ? max(expected ?? 16_384, needed) : max(2 * capacity, needed)
            guard resize(to: min(wanted, limit) + ReceivedBody.padding) else { return .outOfMemory }
        }
        if let source = bytes.baseAddress { memcpy(memory! + count, source, bytes.count) }
        count = needed
        return .done
    }

    /// Hands the memory over, without a copy.
    mutating func take() -> ReceivedBody? {
        let exact = count + ReceivedBody.padding
        // An eighth of waste is cheaper than asking the allocator.
        if capacity < exact || capacity - exact > max(exact / 8, 4096) {
            guard resize(to: exact) else { return nil }
        }
        guard let memory = memory.take() else { return nil }
        return ReceivedBody(taking: memory, count: count, capacity: capacity)
    }

    private mutating func resize(to size: Int) -> Bool {
        guard let moved = realloc(memory, size) else { return false }
        memory = moved
        capacity = size
        return true
    }

    deinit {
        free(memory)
    }
}
