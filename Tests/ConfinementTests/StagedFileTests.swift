import Confinement
import Foundation
import Glibc
import Testing

/// A file on its way to its place, and what is left of one that never got there.
@Suite struct StagedFileTests {
    private final class Folder {
        let path: String

        init() throws {
            path = FileManager.default.temporaryDirectory.path + "/finlua-staged-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        var names: [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        }

        func place(_ name: String) throws -> OutputPlace {
            var permissions = Permissions(workingFolder: path)
            permissions.grant(.write, below: path, by: "--out")
            return try GrantedFolders(permissions).output(name)
        }

        func write(_ text: String, to name: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        }

        func text(_ name: String) -> String? {
            FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private func stage(_ text: String, _ name: String, in folder: Folder, namelessly: Bool) throws -> StagedFile {
        let file = try StagedFile(try folder.place(name), canBeNameless: namelessly)
        #expect(write(file.descriptor, text, text.utf8.count) == text.utf8.count)
        try file.seal()
        return file
    }

    @Test(arguments: [true, false])
    func `Nothing stands under the name before the file is put there, and then all of it`(namelessly: Bool) throws {
        let folder = try Folder()
        try folder.write("old", to: "a")
        let file = try stage("new", "a", in: folder, namelessly: namelessly)
        #expect(folder.text("a") == "old")
        try file.prepare()
        #expect(folder.text("a") == "old")
        try file.put()
        #expect(folder.text("a") == "new" && folder.names == ["a"])
        file.discard()
        #expect(folder.text("a") == "new")
    }

    @Test(arguments: [true, false], [true, false])
    func `What is thrown away leaves the old file and nothing else`(namelessly: Bool, isPrepared: Bool) throws {
        let folder = try Folder()
        try folder.write("old", to: "a")
        let file = try stage("new", "a", in: folder, namelessly: namelessly)
        if isPrepared { try file.prepare() }
        file.discard()
        #expect(folder.text("a") == "old" && folder.names == ["a"])
    }

    @Test(arguments: [true, false])
    func `A folder in the way, or a folder that is gone, is found before anything is moved`(namelessly: Bool) throws {
        let folder = try Folder()
        let file = try stage("new", "a", in: folder, namelessly: namelessly)
        mkdir("\(folder.path)/a", 0o755)
        let taken = #expect(throws: Refusal.self) { try file.prepare() }
        #expect(taken?.kind == .unusable && taken?.message == "a could not be written: it is a folder")
        mkdir("\(folder.path)/sub", 0o755)
        let lost = try stage("new", "sub/a", in: folder, namelessly: true)
        rmdir("\(folder.path)/sub")
        let gone = #expect(throws: Refusal.self) { try lost.prepare() }
        #expect(gone?.message.contains("sub/a could not be put in place: its folder was removed") == true)
    }

    @Test func `What a killed run left is removed, and nothing else`() throws {
        let folder = try Folder()
        let left = ".finlua-0123456789abcdef.part"
        let others = [
            ".finlua-0123456789ABCDEF.part", ".finlua-0123456789abcde.part", ".finlua-0123456789abcdef.part.csv",
            "a.part",
        ]
        for name in [left] + others { try folder.write("half", to: name) }
        let live = try stage("new", "a", in: folder, namelessly: false)
        #expect(folder.names.count == others.count + 2)
        try folder.place("b").removeLeftovers()
        #expect(Set(others).isSubset(of: folder.names) && !folder.names.contains(left))
        try live.prepare()
        try live.put()
        #expect(folder.names == (others + ["a"]).sorted(), "another run's file was left alone")
    }
}
