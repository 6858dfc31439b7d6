import CPrivacy
import Glibc

/// Runs the command that prints the secret key, such as a password manager's. Its stdin is empty, its stderr is
/// finlua's own.
package enum SecretCommand {
    /// Long enough to unlock a password manager by hand, and still an end where nobody looks on.
    package static let limit: Duration = .seconds(60)
    /// Bytes it may print: a key is far shorter.
    private static let most = 64 << 10

    /// Fails when it cannot be run, fails itself, takes longer than `limit`, or prints no line.
    package static func firstLine(
        _ command: String, setting: String, limit: Duration = limit
    ) throws(UsageError) -> String {
        // With a terminal it stays in this process's group, so that it may ask there; without one nobody could answer.
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        if terminal >= 0 { close(terminal) }
        var output: Int32 = -1
        let child = cprivacy_start(command, terminal < 0 ? 1 : 0, &output)
        guard child > 0 else { throw UsageError("\(setting) cannot be run: \(String(cString: strerror(-child)))") }
        defer { close(output) }
        let end = ContinuousClock.now + limit
        var bytes: [UInt8] = []
        var status: Int32 = 0
        var hasExited = false
        // What it leaves running may keep the pipe open, and what it prints may come after its end.
        while !hasExited {
            hasExited = waitpid(child, &status, WNOHANG) == child
            let isOpen = read(output, into: &bytes, wait: hasExited ? 0 : 20)
            if !isOpen, !hasExited { usleep(2000) }
            if hasExited || bytes.count <= most && ContinuousClock.now < end { continue }
            kill(terminal < 0 ? -child : child, SIGKILL)
            waitpid(child, &status, 0)
            guard bytes.count > most else {
                throw UsageError(
                    "\(setting) did not end within \(limit.components.seconds) seconds and was stopped; "
                        + "run it by hand to see what it waits for")
            }
            break
        }
        guard bytes.count <= most else {
            throw UsageError("\(setting) printed more than \(most >> 10) KiB; it must print the secret key")
        }
        guard status == 0 else { throw UsageError("\(setting) failed; run it by hand to see why") }
        return try SecretFile.firstLine(of: bytes, "the output of \(setting)")
    }

    /// Takes what the pipe holds, waiting so many milliseconds for it; false once it is closed.
    private static func read(_ descriptor: Int32, into bytes: inout [UInt8], wait: Int32) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        var wait = wait
        while bytes.count <= most {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, wait) > 0 else { return true }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            bytes += chunk[..<count]
            wait = 0
        }
        return true
    }
}
