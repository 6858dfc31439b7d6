extension SecretScrubber {
    /// Scrubs a text that comes in pieces: a secret may begin in one and end in another. What may be the beginning of a
    /// secret is held back until that is decided, a few times the longest secret's length at most.
    public struct Stream: ~Copyable {
        private let scrubber: SecretScrubber
        private var held: [UInt8] = []

        /// A stream with nothing in it yet.
        public init(_ scrubber: SecretScrubber) { self.scrubber = scrubber }

        /// Takes a piece and gives what is sure of it and of those before.
        public mutating func add(_ bytes: some Collection<UInt8>) -> [UInt8] {
            held += bytes
            let result = held.withUnsafeBufferPointer { scrubber.scrubbed($0, isWhole: false) }
            held.removeFirst(result.taken)
            return result.bytes
        }

        /// The text has ended: gives the rest.
        public consuming func finish() -> [UInt8] { scrubber.scrubbed(held) }
    }
}
