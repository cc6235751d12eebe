internal import Glibc
internal import Synchronization

/// A group of this machine.
package struct GroupAccount: Hashable, Sendable {
    package let name: String
    package let gid: UInt32

    private static let known = Mutex<[String: GroupAccount]>([:])

    /// The group with this name or number; nil when no group has the name.
    ///
    /// A number needs no entry to be a group. What was found once is known from then on, in the processes
    /// that this one becomes by `fork` as well. The corresponding C function is `getgrnam_r`.
    package static func find(_ nameOrNumber: String) -> GroupAccount? {
        known.withLock { known in
            if known[nameOrNumber] == nil { known[nameOrNumber] = look(nameOrNumber) }
            return known[nameOrNumber]
        }
    }

    private static func look(_ nameOrNumber: String) -> GroupAccount? {
        let number = UInt32(nameOrNumber)
        let known: GroupAccount? = unsafe withRecordSpace { space in
            var entry = unsafe Glibc.group()
            var found: UnsafeMutablePointer<Glibc.group>?
            // Safe: entry and space are ours until the closure ends; the string is copied before.
            if let number {
                unsafe getgrgid_r(number, &entry, space, recordSpace, &found)
            } else {
                unsafe getgrnam_r(nameOrNumber, &entry, space, recordSpace, &found)
            }
            guard unsafe found != nil, let name = unsafe entry.gr_name else { return nil }
            return unsafe GroupAccount(name: String(cString: name), gid: entry.gr_gid)
        }
        return known ?? number.map { GroupAccount(name: nameOrNumber, gid: $0) }
    }
}
