internal import Linux
internal import Wire

/// Who may open the tokens' path and the control socket.
struct PathAccess {
    var group: UInt32?
    var mode: UInt32

    /// As the settings say.
    ///
    /// Where the group does not exist nobody has been chosen to build, so everybody may.
    init(_ settings: Settings) {
        let group = settings.group.flatMap(GroupAccount.find)
        self.group = group.map(\.gid).flatMap { Privileges.isRoot && User.has(group: $0) ? $0 : nil }
        mode = group == nil && settings.sources["mode"] == nil ? settings.mode | 0o666 : settings.mode
    }
}
