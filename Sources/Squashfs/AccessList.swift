/// An access control list, which an image cannot hold.
///
/// ```text
/// | 2, 32 bits | tag, 16 bits | rights, 16 bits | id, 32 bits | tag | …
/// ```
/// tags: 2 a user, 4 the file's group, 8 a group, 16 the most that these three get
package enum AccessList {
    private static let name = Array("system.posix_acl_access".utf8)

    /// What is left of a mode when the list goes: nobody gets more than the list gave.
    ///
    /// With a list the mode's group bits are what anybody in it gets at most, and not what the group gets. A
    /// user or group of whom the list wants less than of the others is one of the others in the image.
    package static func mode(_ mode: UInt16, without attributes: [ExtendedAttribute]) -> UInt16 {
        guard let list = attributes.first(where: { $0.name == name })?.value, list.count >= 4 else {
            return mode
        }
        var (group, most, users, groups) = (7 as UInt16, 7 as UInt16, 7 as UInt16, 7 as UInt16)
        var (hasUsers, hasGroups) = (false, false)
        for start in stride(from: 4, through: list.count - 8, by: 8) {
            let rights = UInt16(list[start + 2])
            switch list[start] {
            case 2: (users, hasUsers) = (users & rights, true)
            case 4: group = rights
            case 8: (groups, hasGroups) = (groups & rights, true)
            case 16: most = rights
            default: break
            }
        }
        if hasUsers { users &= most }
        if hasGroups { groups &= most }
        group &= most & users
        let others = mode & 0o7 & users & groups
        return mode & 0o7700 | (mode & group << 3 & 0o70) | others
    }
}
