import Confinement
import Testing

/// What is allowed, and what is said where it is not; nothing here asks the file system.
@Suite struct PermissionsTests {
    private let permissions = {
        var permissions = Permissions(workingFolder: "/home/me")
        permissions.grant(.read, below: "jobs", by: "the script's folder", isNamed: false, holdsModules: true)
        permissions.grant(.write, below: "out", by: "--out")
        permissions.grant(.write, below: "/srv/reports/", by: "--allow-write")
        permissions.grant(.write, below: "/srv/reports/link", by: "--allow-write")
        permissions.grant(host: NetworkHost("app.finout.io")!)
        permissions.grant(variable: "TEAM")
        return permissions
    }()

    @Test(arguments: [
        ("a.csv", 0, "a.csv"), ("a/./b//c.csv", 0, "a/b/c.csv"), ("a/../b.csv", 0, "b.csv"),
        ("/home/me/out/a.csv", 0, "a.csv"), ("../out/a.csv", 0, "a.csv"), ("/srv/reports/x/a.csv", 1, "x/a.csv"),
        ("/srv/../srv/reports/a.csv", 1, "a.csv"), ("/srv/reports/link/a.csv", 2, "a.csv"),
        ("/\u{301}srv/reports/a.csv", -1, ""), ("\u{301}/a.csv", 0, "\u{301}/a.csv"),
    ])
    func `A path belongs to the deepest folder it lies below`(path: String, grant: Int, rest: String) throws {
        guard grant >= 0 else {
            #expect(throws: Refusal.self) { try permissions.place(of: path, for: .write) }
            return
        }
        let place = try permissions.place(of: path, for: .write)
        #expect(place.grant == grant && place.rest == rest)
    }

    @Test(arguments: [
        ("/etc/passwd", "--allow-write /etc"), ("../a.csv", "--allow-write /home/me"),
        ("a/../../../../../etc/x", "--allow-write /etc"), ("/srv/reportsx/a", "--allow-write /srv/reportsx"),
        ("/srv/my reports/a.csv", "--allow-write '/srv/my reports'"), ("/a'b/c", #"--allow-write '/a'\''b'"#),
        ("/proc/self/root/x", "Files of /proc are never opened"),
        ("/proc/self/fd/1", "Files of /proc are never opened"),
        ("/dev/stdout", "\"-\" is standard output"),
    ])
    func `A path elsewhere is denied, with the very flag that would allow it`(path: String, hint: String) throws {
        let refusal = try #require(throws: Refusal.self) { try permissions.place(of: path, for: .write) }
        #expect(
            refusal.kind == .denied && refusal.hint?.hasSuffix(hint) == true || refusal.hint?.contains(hint) == true)
        #expect(refusal.message.contains("/home/me/out (--out), /srv/reports (--allow-write)"), "\(refusal.message)")
    }

    @Test(arguments: [
        ("", "is empty"), ("a\0b", "zero byte"), ("a/", "a file's name is missing"),
        ("a/..", "a file's name is missing"),
        (".", "a file's name is missing"), (String(repeating: "x", count: 256), "256 bytes; 255 is the most"),
        (String(repeating: "x/", count: 2048) + "x", "4097 bytes long; 4095 is the most"),
        ("/home/me/out", "is a folder"),
    ])
    func `What is no path of a file is said to be none`(path: String, said: String) throws {
        let refusal = try #require(throws: Refusal.self) { try permissions.place(of: path, for: .write) }
        #expect(refusal.kind == .malformed && refusal.message.contains(said), "\(refusal.message)")
    }

    @Test func `A message holds no control character, and is not as long as what it is about`() throws {
        let path = "/etc/\u{1B}[2J\n" + String(repeating: "long/", count: 200) + "x"
        let refusal = try #require(throws: Refusal.self) { try permissions.place(of: path, for: .write) }
        let text = refusal.message + (refusal.hint ?? "")
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 } && text.count < 800, "\(text)")
        #expect(text.contains("\\u{1B}[2J"))
    }

    @Test func `With no folder granted, the flag is named all the same`() throws {
        let refusal = try #require(throws: Refusal.self) {
            try Permissions(workingFolder: "/home/me").place(of: "a.csv", for: .read)
        }
        #expect(refusal.message == "a.csv cannot be read: the script may read no folder")
        #expect(refusal.hint == "Allow the folder: --allow-read /home/me")
    }

    @Test(
        arguments: [
            ("hooks.example.com", "hooks.example.com:443"), ("Hooks.Example.com:8443", "hooks.example.com:8443"),
            ("[::1]", "[::1]:443"), ("[2001:DB8::1]:80", "[2001:db8::1]:80"), ("127.0.0.1:1", "127.0.0.1:1"),
            ("https://example.com", nil), ("example.com/x", nil), ("*.example.com", nil), ("me@example.com", nil),
            ("", nil), (":443", nil), ("a..b", nil), ("example.com:0", nil), ("example.com:65536", nil), ("a:+1", nil),
            ("::1", nil), ("exa mple", nil),
        ] as [(String, String?)])
    func `A host is a name and a port`(text: String, read: String?) { #expect(NetworkHost(text)?.text == read) }

    @Test func `A host or variable that is not granted is denied, with its flag`() throws {
        try permissions.check(host: NetworkHost(name: "APP.finout.io", port: 443))
        try permissions.check(variable: "TEAM")
        let host = try #require(throws: Refusal.self) { try permissions.check(host: NetworkHost("evil.example:444")!) }
        #expect(host.kind == .denied && host.hint == "Allow it: --allow-net evil.example:444")
        #expect(throws: Refusal.self) { try permissions.check(host: NetworkHost("app.finout.io:8443")!) }
        let variable = try #require(throws: Refusal.self) { try permissions.check(variable: "team") }
        #expect(variable.kind == .denied && variable.hint == "Allow it: --allow-env team")
        let odd = try #require(throws: Refusal.self) { try permissions.check(variable: "A=B") }
        #expect(odd.kind == .malformed)
    }
}
