internal import Glibc

/// What a path names.
enum FileKind {
    case file, folder, link, device, pipe, socket

    init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .link
        case S_IFIFO: self = .pipe
        case S_IFSOCK: self = .socket
        default: self = .device
        }
    }

    /// What a message calls it; nil for a regular file.
    var problem: String? {
        switch self {
        case .file: nil
        case .folder: "a folder"
        case .link: "a symbolic link"
        case .device: "a device"
        case .pipe: "a named pipe"
        case .socket: "a socket"
        }
    }
}

/// What tells a file from all others, by whatever name.
public struct FileIdentity: Hashable, Sendable {
    private let device: dev_t
    private let number: ino_t

    init(_ status: stat) {
        device = status.st_dev
        number = status.st_ino
    }

    /// Nil where there is no such file.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}
