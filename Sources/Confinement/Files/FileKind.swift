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
