internal import CConfinement
internal import Glibc

/// A folder opened once: whatever becomes of its path, what is reached from it lies beneath it.
final class OpenFolder: Sendable {

    let descriptor: Int32
    private let resolution: PathResolution

    /// Opens a folder by its path, as the one who granted it would. Nil and `errno` if that fails; ENOTSUP for /proc.
    init?(path: String, resolution: PathResolution = .best) {
        descriptor = cconf_open_folder(path)
        self.resolution = resolution
        if descriptor < 0 { return nil }
        if cconf_is_process_file(descriptor) != 0 {
            errno = ENOTSUP
            return nil
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Opens what lies beneath at `path`: a descriptor, or -errno.
    func open(_ path: String, _ flags: Int32) -> Int32 {
        switch resolution {
        case .kernel: cconf_open_beneath(descriptor, path, flags)
        case .stepwise: cconf_open_stepwise(descriptor, path, flags)
        }
    }
}

/// Who keeps a path beneath its folder.
package enum PathResolution: Sendable, CaseIterable {
    /// `openat2`: symbolic links beneath the folder are followed.
    case kernel
    /// Where the kernel has none: step by step, and no symbolic link is followed.
    case stepwise

    static let best: PathResolution = cconf_has_openat2() != 0 ? .kernel : .stepwise
}
