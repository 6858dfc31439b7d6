import Glibc

/// `openssl s_server` with a new self-signed certificate for 127.0.0.1; it answers any request with a status page.
final class OpenSSLServer: Sendable {
    let port: String
    /// The certificate, as a file that a client can trust.
    let certificate: String
    private let folder: String
    private let process: pid_t
    private let output: Int32

    /// `subject` is the address or name that the certificate is for.
    init(subject: String = "IP:127.0.0.1") {
        var template = Array("/tmp/finlua-tls-XXXXXX".utf8CString)
        folder = String(cString: mkdtemp(&template))
        certificate = folder + "/certificate.pem"
        let key = folder + "/key.pem"
        let (maker, _) = Self.spawn([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=finlua test", "-addext", "subjectAltName=\(subject)", "-keyout", key, "-out", certificate,
        ])
        var status: Int32 = 0
        waitpid(maker, &status, 0)
        precondition(status == 0, "openssl could not make a certificate")
        (process, output) = Self.spawn([
            "s_server", "-accept", "127.0.0.1:0", "-www", "-alpn", "http/1.1", "-cert", certificate, "-key", key,
        ])
        port = String(Self.line(with: "ACCEPT 127.0.0.1:", from: output).split(separator: ":").last!)
    }

    private static func line(with text: String, from output: Int32) -> String {
        var line = ""
        while true {
            var byte: UInt8 = 0
            precondition(read(output, &byte, 1) == 1, "openssl ended without saying '\(text)'")
            if byte != UInt8(ascii: "\n") {
                line.unicodeScalars.append(Unicode.Scalar(byte))
            } else if line.contains(text) {
                return line
            } else {
                line = ""
            }
        }
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        close(output)
        unlink(certificate)
        unlink(folder + "/key.pem")
        rmdir(folder)
    }

    /// Starts `openssl` with these arguments; its output can be read from the descriptor.
    private static func spawn(_ arguments: [String]) -> (pid_t, Int32) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = (["openssl"] + arguments).map { strdup($0) } + [nil]
        var process: pid_t = 0
        let failure = posix_spawnp(&process, "openssl", &actions, nil, &words, environ)
        precondition(failure == 0, "the openssl command is missing")
        for word in words { free(word) }
        posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        return (process, ends[0])
    }
}
