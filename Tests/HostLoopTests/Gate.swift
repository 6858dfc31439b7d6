import Glibc
import Synchronization

/// Threads wait here until all are there.
final class Gate: Sendable {
    private let missing: Mutex<Int>
    private let semaphore: Semaphore

    init(count: Int) {
        missing = Mutex(count)
        semaphore = Semaphore()
    }

    func arriveAndWait() {
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        // Each that passes lets the next one pass.
        if !isLast { semaphore.wait() }
        semaphore.signal()
    }
}

/// A counting semaphore of the system.
///
/// Guard of `@unchecked Sendable`: the pointer never changes, and the system's calls may come from any thread.
final class Semaphore: @unchecked Sendable {
    private let pointer = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        sem_init(pointer, 0, 0)
    }

    deinit {
        sem_destroy(pointer)
        pointer.deallocate()
    }

    func signal() {
        sem_post(pointer)
    }

    func wait() {
        while sem_wait(pointer) != 0 {}
    }
}
