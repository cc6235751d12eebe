internal import Glibc
internal import Synchronization

/// A user of this machine.
package struct UserAccount: Hashable, Sendable {
    package let name: String
    package let uid: UInt32
    /// The user's own group.
    package let gid: UInt32

    private static let known = Mutex<[String: UserAccount]>([:])

    /// The user with this name or number; nil when there is none.
    ///
    /// What was found once is known from then on, in the processes that this one becomes by `fork` as well.
    /// The corresponding C function is `getpwnam_r`.
    package static func find(_ nameOrNumber: String) -> UserAccount? {
        known.withLock { known in
            if known[nameOrNumber] == nil { known[nameOrNumber] = look(nameOrNumber) }
            return known[nameOrNumber]
        }
    }

    private static func look(_ nameOrNumber: String) -> UserAccount? {
        unsafe withRecordSpace { space in
            var entry = unsafe passwd()
            var found: UnsafeMutablePointer<passwd>?
            // Safe: entry and space are ours until the closure ends; the strings are copied before.
            if let uid = UInt32(nameOrNumber) {
                unsafe getpwuid_r(uid, &entry, space, recordSpace, &found)
            } else {
                unsafe getpwnam_r(nameOrNumber, &entry, space, recordSpace, &found)
            }
            guard unsafe found != nil, let name = unsafe entry.pw_name else { return nil }
            return unsafe UserAccount(name: String(cString: name), uid: entry.pw_uid, gid: entry.pw_gid)
        }
    }
}
