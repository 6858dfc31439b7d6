import Glibc
import HostLoop
import Monitoring
import Secrets

/// Where the gauges of runs go: a file that node_exporter's textfile collector reads, put in place whole, or a folder of
/// such files with a name of its own for each script and its arguments.
struct MetricsFile: Sendable {
    private let path: String
    private let isFolder: Bool
    /// What stands in the place of a run's key.
    let label: String?

    /// Fails where the folder is not there or cannot be written, before anything is spent on a run.
    init(_ path: String, origin: String, label: String?) throws(UsageError) {
        var status = stat()
        let isThere = stat(path, &status) == 0
        isFolder = isThere && status.st_mode & S_IFMT == S_IFDIR
        if isThere, !isFolder, status.st_mode & S_IFMT != S_IFREG {
            throw UsageError("\(origin) is \"\(path)\": it is no file, and metrics would replace it")
        }
        self.path = path
        self.label = label
        guard !path.isEmpty, access(folder, W_OK) == 0 else {
            throw UsageError(
                "\(origin) is \"\(path)\": the folder \(path.isEmpty ? "" : folder) cannot be written: "
                    + (path.isEmpty ? "it is empty" : String(cString: strerror(errno))))
        }
    }

    /// What the process must be able to write to.
    var folder: String {
        if isFolder { return path }
        return path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// Writes the gauges of runs that ended together; gives what kept it from that.
    func write(_ runs: [EndedRun]) -> String? {
        guard isFolder else { return write(runs, to: path) }
        // No two files may hold the same gauge.
        return runs.compactMap { write([$0], to: file(of: $0)) }.first
    }

    private func write(_ runs: [EndedRun], to file: String) -> String? {
        let old = Self.read(file)
        var page = MetricsPage()
        for run in runs { run.add(to: &page, label: label, old: old) }
        let temporary = "\(folder)/.finlua-\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { return problem(file) }
        let bytes = Array(KnownSecrets.scrubber.scrubbed(page.text).utf8)
        // Whoever reads it is somebody else.
        let isWritten =
            fchmod(descriptor, 0o644) == 0 && Self.write(bytes, to: descriptor) && fsync(descriptor) == 0
        let failure = errno
        close(descriptor)
        if isWritten, rename(temporary, file) == 0 { return nil }
        if !isWritten { errno = failure }
        let problem = problem(file)
        unlink(temporary)
        return problem
    }

    private func problem(_ file: String) -> String {
        "the metrics \(file) could not be written: \(String(cString: strerror(errno)))"
    }

    /// In a folder the name says whose the gauges are.
    private func file(of run: EndedRun) -> String {
        let name = Self.safe(run.script.split(separator: ".").first ?? "run")
        return "\(path)/finlua_\(name)_\(label.map { Self.safe($0) } ?? run.key).prom"
    }

    private static func safe(_ text: some StringProtocol) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func read(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size < 1 << 20 else {
            return ""
        }
        return String(decoding: FileBytes.readAll(descriptor), as: UTF8.self)
    }
}
