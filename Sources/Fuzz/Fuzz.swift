import CFuzzer
import Fuzzing
import Glibc
import HostLoop

/// `Fuzz list`, `Fuzz dictionary TARGET`, `Fuzz programs FIRST NEXT` (seeds), `Fuzz machine FILE` (runs a script), and
/// `Fuzz TARGET` with libFuzzer's options and folders; without libFuzzer with files.
@main
struct Fuzz {
    nonisolated(unsafe) private static var target: FuzzTarget?

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("list", 1):
            for target in FuzzTarget.all { print(target.name) }
        case ("dictionary", 2):
            for word in named(arguments[1])?.words ?? [] { print(dictionaryEntry(word)) }
        case ("programs", 3) where UInt64(arguments[1]) != nil:
            print(ProgramText.batch((UInt64(arguments[1]) ?? 0)..<(UInt64(arguments[2]) ?? 0)))
        case ("machine", 2):
            let source = String(decoding: bytes(of: arguments[1]), as: UTF8.self)
            // As bytes: made-up programs print what is no UTF-8.
            try onLoop {
                var rest = try await ProgramText.output(of: source)[...]
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
                    guard count > 0 else { exit(1) }
                    rest = rest.dropFirst(count)
                }
            }
        default:
            guard let name = arguments.first, let target = named(name) else {
                print(
                    "usage: Fuzz list | dictionary TARGET | programs FIRST NEXT | machine FILE | TARGET [option or file …]"
                )
                exit(2)
            }
            self.target = target
            fuzz(Array(arguments.dropFirst()))
        }
    }

    private static func fuzz(_ words: [String]) {
        guard cf_has_driver() else {
            for path in words { run(bytes(of: path)) }
            return
        }
        // Sanitizers and counters take their time.
        FuzzTarget.slowness = 25
        var words = (["Fuzz"] + words).map { strdup($0) } + [nil]
        exit(
            cf_run(Int32(words.count - 1), &words) { bytes, count in
                Fuzz.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }

    private static func named(_ name: String) -> FuzzTarget? { FuzzTarget.all.first { $0.name == name } }

    /// Runs one input; a finding ends the process, as libFuzzer wants it.
    private static func run(_ bytes: [UInt8]) {
        guard let target else { return }
        do {
            if target.isOnLoop {
                try onLoop { try await target.runOnLoop(bytes) }
            } else {
                try target.run(bytes)
            }
        } catch {
            let text = Array("finding in \(target.name): \(error)\n".utf8)
            _ = write(STDERR_FILENO, text, text.count)
            abort()
        }
    }

    private static func onLoop(_ body: @escaping @HostLoop @Sendable () async throws -> Void) throws {
        let result = Outcome()
        Task.detached {
            do {
                try await HostLoop.withVirtualClock(body)
            } catch {
                result.error = error
            }
            sem_post(result.semaphore)
        }
        while sem_wait(result.semaphore) != 0 {}
        if let error = result.error { throw error }
    }

    private static func dictionaryEntry(_ word: String) -> String {
        let digits = Array("0123456789abcdef")
        return "\""
            + word.utf8.map { byte in
                byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                    ? String(UnicodeScalar(byte)) : "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }.joined() + "\""
    }

    private static func bytes(of path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            print("\(path) cannot be opened")
            exit(2)
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16 << 20)
        let count = read(file, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}

/// Where a run on the loop leaves its failure.
///
/// Guard of `@unchecked Sendable`: written before the semaphore is posted, read behind it.
private final class Outcome: @unchecked Sendable {
    var error: (any Error)?
    let semaphore: UnsafeMutablePointer<sem_t> = .allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }
}
