import Synchronization

/// The secrets this process has read. Whoever reads one says so before anything else is done with it; whatever writes
/// text for people or to files goes through `scrubber`. From any thread.
public enum KnownSecrets {
    private static let current = Mutex(SecretScrubber([]))

    /// A value was read that must never be shown; one too short for a secret is let go. The first name of a value stays.
    public static func learn(_ value: String?, as name: String) {
        guard let value, let secret = Secret(value, name: name) else { return }
        current.withLock { scrubber in
            if !scrubber.secrets.contains(where: { $0.value == value }) {
                scrubber = SecretScrubber(scrubber.secrets + [secret])
            }
        }
    }

    /// The scrubber of all that were learned so far.
    public static var scrubber: SecretScrubber { current.withLock { $0 } }
}
