import Foundation
import Glibc
import Synchronization
import Testing

/// The built program, run as a user would.
struct Program: Sendable {
    var environment: [String: String] = [:]
    var folder = "/tmp"
    /// Words before the program's own: what starts it.
    var wrapper: [String] = []
    /// Its state, in a folder of its own that lasts as long as this value and its copies.
    private let home = Home()

    init(environment: [String: String] = [:], folder: String = "/tmp") {
        self.environment = environment
        self.folder = folder
    }

    /// The file of its state, where no option and no variable names another.
    var state: String { home.path + "/finlua/state.db" }

    struct Outcome: Sendable {
        /// The exit status; -1 where a signal ended it.
        let status: Int32
        let output: String
        let error: String
    }

    /// A program that is still running.
    final class Running: Sendable {
        let process: pid_t
        private let output: Drain
        private let error: Drain

        private let home: Home

        fileprivate init(process: pid_t, output: Int32, error: Int32, home: Home) {
            self.process = process
            self.home = home
            self.output = Drain(output)
            self.error = Drain(error)
        }

        /// Returns once stdout holds `marker`, or has ended without it.
        func output(containing marker: String) async -> String { await output.text(containing: marker) }

        func error(containing marker: String) async -> String { await error.text(containing: marker) }

        func signal(_ number: Int32) { kill(process, number) }

        /// Whether it has closed its stderr, as its end does.
        var hasEnded: Bool { error.hasEnded }

        /// Peak resident set since the program began, KiB. (`ru_maxrss` would count this process's memory before `exec`.)
        func peakMemory() throws -> Int {
            let status = try #require(contents(of: "/proc/\(process)/status"))
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            return try #require(
                line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) })
        }

        func outcome() async -> Outcome {
            let (output, error) = (await output.all(), await error.all())
            var status = Int32(0)
            waitpid(process, &status, 0)
            let exited = status & 0x7F == 0
            return Outcome(
                status: exited ? (status >> 8) & 0xFF : -1, output: output, error: error)
        }
    }

    /// The program beside the running test bundle.
    static var path: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let executable = String(decoding: buffer.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return executable[..<(executable.lastIndex(of: "/") ?? executable.startIndex)] + "/finlua"
    }

    /// Starts it with nothing of this process's environment.
    func start(_ arguments: [String]) throws -> Running {
        // One at a time, so that no other child inherits these pipes and keeps them open.
        try Self.spawning.withLock { _ in try spawn(arguments) }
    }

    private static let spawning = Mutex(())

    private func spawn(_ arguments: [String]) throws -> Running {
        var (output, error): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&output) == 0, pipe(&error) == 0 else { throw SpawnError(number: errno) }
        for descriptor in output + error { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, error[1], STDERR_FILENO)
        let settings = ["PATH": "/usr/bin:/bin", "HOME": folder, "XDG_STATE_HOME": home.path].merging(environment) {
            $1
        }
        let shell = "/bin/sh"
        var words =
            ([shell, "-c", #"cd "$0" && exec "$@""#, folder] + wrapper + [Self.path] + arguments).map { strdup($0) } + [
                nil
            ]
        var variables = settings.map { strdup("\($0)=\($1)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var process = pid_t()
        let failure = posix_spawn(&process, shell, &actions, nil, &words, &variables)
        close(output[1])
        close(error[1])
        guard failure == 0 else { throw SpawnError(number: failure) }
        return Running(process: process, output: output[0], error: error[0], home: home)
    }

    /// Runs it to its end.
    func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

    func run(_ arguments: [String]) async throws -> Outcome { try await start(arguments).outcome() }

    struct SpawnError: Error {
        let number: Int32
    }
}

/// A folder that is removed with its last reference.
private final class Home: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/finlua-home-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Reads a pipe to its end on a thread of its own.
private final class Drain: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var ended = false
        var waiting: [(marker: String?, CheckedContinuation<String, Never>)] = []
    }

    private let state = Mutex(State())

    init(_ descriptor: Int32) {
        let drain = Unmanaged.passRetained(Job(drain: self, descriptor: descriptor))
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                Unmanaged<Job>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, drain.toOpaque())
        pthread_detach(thread)
    }

    var hasEnded: Bool { state.withLock { $0.ended } }

    func all() async -> String { await text(containing: nil) }

    func text(containing marker: String?) async -> String {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                state.waiting.append((marker, continuation))
                Self.wake(&state)
            }
        }
    }

    fileprivate func take(_ bytes: ArraySlice<UInt8>) {
        state.withLock { state in
            state.bytes += bytes
            state.ended = bytes.isEmpty
            Self.wake(&state)
        }
    }

    private static func wake(_ state: inout State) {
        let text = String(decoding: state.bytes, as: UTF8.self)
        state.waiting.removeAll { marker, continuation in
            guard state.ended || marker.map({ text.contains($0) }) == true else { return false }
            continuation.resume(returning: text)
            return true
        }
    }

    private final class Job: Sendable {
        let drain: Drain
        let descriptor: Int32

        init(drain: Drain, descriptor: Int32) {
            self.drain = drain
            self.descriptor = descriptor
        }

        func run() {
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                let count = read(descriptor, &chunk, chunk.count)
                drain.take(chunk[..<max(count, 0)])
                if count <= 0 { break }
            }
            close(descriptor)
        }
    }
}
