import CEscapes
import Confinement
import Foundation
import Glibc
import Synchronization
import Testing

/// Files are reached beneath their folder and nowhere else, whoever resolves the path.
@Suite struct GrantedFoldersTests {
    /// A granted folder `inside` and another one beside it.
    private final class Place {
        let root: String

        init() throws {
            root = FileManager.default.temporaryDirectory.path + "/finlua-place-\(UUID().uuidString)"
            for folder in ["inside/sub", "outside"] {
                try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
            }
            try write("kept", to: "outside/file")
            try write("mine", to: "inside/sub/file")
        }

        deinit { try? FileManager.default.removeItem(atPath: root) }

        func write(_ text: String, to path: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(root)/\(path)"))
        }

        func link(_ path: String, to target: String) { symlink(target, "\(root)/inside/\(path)") }

        func folders(_ resolution: PathResolution) throws -> GrantedFolders {
            var permissions = Permissions(workingFolder: root)
            permissions.grant(.read, below: "inside", by: "the script's folder")
            permissions.grant(.write, below: "inside", by: "--out")
            return try GrantedFolders(permissions, resolution: resolution)
        }

        var outside: [String] { (try? FileManager.default.contentsOfDirectory(atPath: root + "/outside")) ?? [] }
    }

    private func refusal<Value>(_ body: () throws(Refusal) -> Value) -> Refusal? {
        do throws(Refusal) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    private func save(_ path: String, _ folders: GrantedFolders) throws(Refusal) {
        let file = try folders.output(path).create()
        defer { file.discard() }
        try file.seal()
        try file.prepare()
        try file.put()
    }

    @Test(arguments: PathResolution.allCases)
    func `A link that leads out is refused, to read and to write`(resolution: PathResolution) throws {
        let place = try Place()
        place.link("up", to: "../outside")
        place.link("absolute", to: place.root + "/outside")
        place.link("by-way", to: "sub/../../outside")
        place.link("process", to: "/proc/self/cwd")
        place.link("round", to: "round")
        let folders = try place.folders(resolution)
        for name in ["up", "absolute", "by-way", "process", "round"] {
            let read = refusal { () throws(Refusal) in try folders.read("\(name)/file", atMost: 100) }
            #expect(read?.kind == .denied && read?.message.contains("symbolic link") == true, "\(name): \(read as Any)")
            let write = refusal { () throws(Refusal) in try save("\(name)/new", folders) }
            #expect(write?.kind == .denied && write?.hint != nil, "\(name): \(write as Any)")
        }
        let hint = refusal { () throws(Refusal) in try save("up/new", folders) }?.hint
        #expect(hint?.hasSuffix("--allow-write \(place.root)/outside") == true, "\(hint ?? "")")
        #expect(place.outside == ["file"])
    }

    @Test func `A link that stays beneath is followed where the kernel sees to it`() throws {
        let place = try Place()
        place.link("beneath", to: "sub")
        #expect(try place.folders(.kernel).read("beneath/file", atMost: 100) == Array("mine".utf8))
        let stepwise = try place.folders(.stepwise)
        let refused = refusal { () throws(Refusal) in try stepwise.read("beneath/file", atMost: 100) }
        #expect(refused?.kind == .denied && refused?.message.contains("that is not followed") == true)
    }

    @Test(arguments: PathResolution.allCases)
    func `A file is written whole, and only over a file`(resolution: PathResolution) throws {
        let place = try Place()
        let folders = try place.folders(resolution)
        try save("sub/new", folders)
        try save("sub/file", folders)
        try save(String(repeating: "n", count: 255), folders)
        place.link("link", to: "sub/file")
        mkfifo(place.root + "/inside/pipe", 0o600)
        #expect(escape_make_socket(place.root + "/inside/socket") == 0)
        for (name, kind) in [
            ("link", "a symbolic link"), ("pipe", "a named pipe"), ("socket", "a socket"), ("sub", "a folder"),
        ] {
            let refused = refusal { () throws(Refusal) in try save(name, folders) }
            #expect(
                refused?.kind == .unusable && refused?.message == "\(name) could not be written: it is \(kind)",
                "\(refused as Any)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: place.root + "/inside/sub").sorted()
        #expect(names == ["file", "new"], "nothing temporary is left")
    }

    @Test(arguments: PathResolution.allCases)
    func `Only a regular file of bounded size is read, without waiting for it`(resolution: PathResolution) throws {
        let place = try Place()
        let folders = try place.folders(resolution)
        mkfifo(place.root + "/inside/pipe", 0o600)
        #expect(try folders.read("sub/file", atMost: 4) == Array("mine".utf8))
        for (name, said) in [
            ("pipe", "it is a named pipe"), ("sub", "it is a folder"), ("sub/file", "4 bytes; 3 is the most"),
        ] {
            let refused = refusal { () throws(Refusal) in try folders.read(name, atMost: 3) }
            #expect(refused?.kind == .unusable && refused?.message.contains(said) == true, "\(refused as Any)")
        }
        for name in ["none", "none/file", "sub/file/more"] {
            #expect(refusal { () throws(Refusal) in try folders.read(name, atMost: 3) }?.kind == .missing)
        }
    }

    @Test func `Files of proc are not read even where everything may be`() throws {
        var permissions = Permissions(workingFolder: "/")
        permissions.grant(.read, below: "/", by: "--allow-read")
        let folders = try GrantedFolders(permissions)
        let refused = refusal { () throws(Refusal) in try folders.read("/proc/self/environ", atMost: 1 << 20) }
        #expect(refused?.kind == .denied, "\(refused as Any)")
        permissions.grant(.read, below: "/proc/self", by: "--allow-read")
        let opening = refusal { () throws(Refusal) in try GrantedFolders(permissions) }
        #expect(opening?.kind == .unusable && opening?.message.contains("files of /proc") == true)
    }

    @Test(arguments: PathResolution.allCases)
    func `A folder that is swapped with a link all the while leads nowhere else`(resolution: PathResolution) throws {
        let place = try Place()
        place.link("link", to: "../outside")
        let swapping = Swapping(place.root + "/inside/sub", place.root + "/inside/link")
        defer { swapping.end() }
        let folders = try place.folders(resolution)
        var (written, refused, rounds) = (0, 0, 0)
        while (swapping.count < 5000 || written < 200 || refused < 200) && rounds < 1_000_000 {
            rounds += 1
            do throws(Refusal) {
                try save("sub/new", folders)
                written += 1
            } catch {
                // Step by step, what was a link may be a folder again when the cause is looked for.
                #expect(error.kind == .denied || resolution == .stepwise, "\(error)")
                refused += 1
            }
        }
        swapping.end()
        #expect(swapping.count >= 5000 && written >= 200 && refused >= 200, "both ways were met")
        #expect(place.outside == ["file"])
    }
}

/// A thread that swaps two paths until it is ended.
private final class Swapping: Sendable {
    private let swaps = Atomic<Int>(0)
    private let isOver = Atomic<Bool>(false)
    private let thread = Mutex<pthread_t?>(nil)
    private let (one, other): (String, String)

    init(_ one: String, _ other: String) {
        (self.one, self.other) = (one, other)
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<Swapping>.fromOpaque(context!).takeRetainedValue().swap()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(failure == 0)
        self.thread.withLock { [thread] in $0 = thread }
    }

    var count: Int { swaps.load(ordering: .relaxed) }

    func end() {
        isOver.store(true, ordering: .relaxed)
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let thread { pthread_join(thread, nil) }
    }

    private func swap() {
        while !isOver.load(ordering: .relaxed) {
            if escape_swap(one, other) == 0 { swaps.add(1, ordering: .relaxed) }
        }
    }
}
