internal import Glibc

/// What is read of the machine while a script runs: to look up names and certificates, and to load glibc's parts for it.
enum SystemFiles {
    static var readable: [String] {
        // Whole folders: what is in them is replaced by a rename now and then, and a rule for the old file is none for the
        // new one. Not /proc: the credentials may stand in the environment that it shows.
        var paths = ["/etc", "/usr", "/lib", "/lib32", "/lib64", "/var/lib/sss", "/dev/urandom", "/dev/random"]
        // It may be a link to what a resolver or a network manager writes.
        if let resolved = realpath("/etc/resolv.conf", nil) {
            paths.append(LexicalPath.folder(of: String(cString: resolved)))
            free(resolved)
        }
        // Certificates and settings of OpenSSL kept elsewhere.
        for variable in ["SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF"] {
            if let path = getenv(variable) { paths.append(String(cString: path)) }
        }
        return paths
    }
}
