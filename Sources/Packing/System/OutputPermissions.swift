internal import Glibc
internal import Linux
internal import Squashfs

/// Who may read an image.
///
/// The replaced image hands on its mode and owner, if nobody else could have put it there. What is private
/// stays private: then nobody but the owner gets a right, unless it was asked for.
struct OutputPermissions {
    private let mode: UInt32
    private let isAskedFor: Bool
    private var owner: (user: UInt32, group: UInt32)?

    /// `mode` is the requested mode, nil when none was.
    init(replacing name: [UInt8], in folder: CInt, mode: UInt32?, isPrivate: Bool) {
        isAskedFor = mode != nil
        var usual = 0o644 & ~fileCreationMask()
        var old = stat()
        var around = stat()
        // Safe: the structures live on this stack frame, the array is lent for the call.
        if unsafe fstatat(folder, cString(name), &old, AT_SYMLINK_NOFOLLOW) == 0,
            unsafe fstat(folder, &around) == 0, Self.isTrusted(old, around)
        {
            usual = old.st_mode & 0o777
            owner = (old.st_uid, old.st_gid)
        }
        self.mode = mode ?? (isPrivate ? usual & 0o600 : usual)
    }

    /// In a folder that others may write to anybody may have put a file of that name.
    private static func isTrusted(_ old: stat, _ folder: stat) -> Bool {
        let me = geteuid()
        guard old.st_mode & S_IFMT == S_IFREG else { return false }
        return old.st_uid == me || me == 0 && folder.st_uid == 0 && folder.st_mode & 0o022 == 0
    }

    /// Gives them to the new file; if the owner cannot be changed, nobody gets more rights for it.
    func give(to file: CInt) {
        var mode = mode
        if let owner, fchown(file, owner.user, owner.group) != 0, !isAskedFor { mode &= 0o700 }
        _ = fchmod(file, mode)
    }

    /// Takes back what others may, because something private is in the image.
    func restrict(_ file: CInt) {
        if !isAskedFor { _ = fchmod(file, mode & 0o600) }
    }
}
