import CEscapes
import Confinement
import Dispatch
import Foundation
import Glibc
import Testing

/// The second wall by itself: what a process behind it can no longer do, whatever the first one lets through.
@Suite struct SecondWallTests {
    /// What became of the attempts of a process, as it printed them: errno by name.
    private func attempts(_ output: [UInt8]) -> [String: Int32] {
        var found: [String: Int32] = [:]
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") where line.hasPrefix("escape ") {
            let words = line.dropFirst("escape ".count).split(separator: "=")
            if words.count == 2 { found[String(words[0])] = Int32(words[1]) }
        }
        return found
    }

    private func names(_ list: UnsafeBufferPointer<escape>, ordinary: Bool = false) -> [String] {
        list.filter { !ordinary || $0.is_ordinary != 0 }.map { String(cString: $0.name) }
    }

    @Test func `A file outside cannot be reached behind the wall, and can without it`() async throws {
        let walled = try #require(
            await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
                let room = Room()
                let folders = try room.folders()
                var wall = SecondWall()
                let time = ContinuousClock().measure { wall.encloseFiles(folders, state: []) }
                print("escape microseconds=\(Int(time / .microseconds(1)))")
                guard wall.walls.landlock != nil else {
                    print("escape none=0")
                    return room.remove()
                }
                room.attempt(Room.files)
                room.attemptInside()
            })
        let free = try #require(
            await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
                let room = Room()
                room.attempt(Room.files)
                room.remove()
            })
        let (refused, done) = (attempts(walled.standardOutputContent), attempts(free.standardOutputContent))
        // A kernel without Landlock has no such wall.
        guard refused["none"] == nil else { return }
        for name in names(Room.files) {
            #expect(refused[name] == EACCES || refused[name] == EXDEV, "\(name): \(refused[name] ?? -1)")
            #expect(done[name] == 0, "\(name): \(done[name] ?? -1)")
        }
        #expect(refused["inside"] == 0, "what is granted still works")
        #expect(try #require(refused["microseconds"]) < 100_000)
    }

    @Test func `A call that a run does not need is refused to every thread, and made without the wall`() async throws {
        let walled = try #require(
            await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
                let room = Room()
                // It waits since before the wall.
                let earlier = EarlierThread { room.attempt(Room.calls) }
                var wall = SecondWall()
                let time = ContinuousClock().measure { wall.encloseCalls(ports: [2]) }
                print("escape microseconds=\(Int(time / .microseconds(1)))")
                guard wall.walls.seccomp else {
                    print("escape none=0")
                    return room.remove()
                }
                earlier.go()
                if wall.walls.ports {
                    print("escape granted port=\(escape_connect(2))\nescape other port=\(escape_connect(1))")
                }
                print("escape later=\(EarlierThread {}.go())")
                room.remove()
            })
        let free = try #require(
            await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
                let room = Room()
                room.attempt(Room.calls, onlyOrdinary: true)
                room.remove()
            })
        let (refused, done) = (attempts(walled.standardOutputContent), attempts(free.standardOutputContent))
        guard refused["none"] == nil else { return }
        for name in names(Room.calls) {
            #expect(refused[name] == EPERM, "\(name): \(refused[name] ?? -1)")
        }
        for name in names(Room.calls, ordinary: true) {
            #expect(done[name] != nil && done[name] != EPERM, "\(name): \(done[name] ?? -1)")
        }
        #expect(refused["later"] == 0, "threads can still be made")
        #expect(try #require(refused["microseconds"]) < 100_000)
        // A kernel before Landlock 4 has no such wall.
        guard let granted = refused["granted port"] else { return }
        #expect(granted == ECONNREFUSED && refused["other port"] == EACCES, "connections go to granted ports alone")
    }
}

/// Where a process tries to escape from: two folders of its own, one of them granted.
private struct Room: Sendable {
    /// Guard of `nonisolated(unsafe)`: they are constants of C.
    nonisolated(unsafe) static let files = list(escapes_of_files)
    nonisolated(unsafe) static let calls = list(escapes_by_calls)

    private static func list(
        _ get: (UnsafeMutablePointer<Int32>?) -> UnsafePointer<escape>?
    ) -> UnsafeBufferPointer<escape> {
        var count: Int32 = 0
        let first = get(&count)
        return UnsafeBufferPointer(start: first, count: Int(count))
    }

    private let folder: String

    init() {
        var template = Array("/var/tmp/finlua-room-XXXXXX".utf8CString)
        folder = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
        mkdir(folder + "/inside", 0o700)
        mkdir(folder + "/outside", 0o700)
        close(creat(folder + "/outside/file", 0o600))
    }

    func folders() throws -> GrantedFolders {
        var permissions = Permissions(workingFolder: folder)
        permissions.grant(.write, below: "inside", by: "--out")
        return try GrantedFolders(permissions)
    }

    func attempt(_ escapes: UnsafeBufferPointer<escape>, onlyOrdinary: Bool = false) {
        (folder + "/outside/file").withCString { file in
            (folder + "/outside").withCString { outside in
                (folder + "/inside").withCString { inside in
                    var places = escape_places(outside_file: file, outside_folder: outside, inside_folder: inside)
                    for escape in escapes where !onlyOrdinary || escape.is_ordinary != 0 {
                        print("escape \(String(cString: escape.name))=\(escape.attempt(&places))")
                    }
                }
            }
        }
    }

    /// Writes a file where that is granted.
    func attemptInside() {
        let descriptor = creat(folder + "/inside/file", 0o600)
        print(
            "escape inside=\(descriptor < 0 || rename(folder + "/inside/file", folder + "/inside/new") != 0 ? errno : 0)"
        )
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

/// A thread that waits for its beginning.
///
/// Guard of `@unchecked Sendable`: what it shares is read after the semaphore was posted.
private final class EarlierThread: @unchecked Sendable {
    private let gate = DispatchSemaphore(value: 0)
    private let body: @Sendable () -> Void
    private var thread = pthread_t()
    private var failure: Int32 = 0

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
        failure = pthread_create(
            &thread, nil,
            { context in
                let thread = Unmanaged<EarlierThread>.fromOpaque(context!).takeUnretainedValue()
                thread.gate.wait()
                thread.body()
                return nil
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Lets it go and waits for its end; 0, or why there is no such thread.
    @discardableResult
    func go() -> Int32 {
        gate.signal()
        return failure == 0 ? pthread_join(thread, nil) : failure
    }
}
