/// The processes that have a certain file open.
package struct FileUsers: Hashable, Sendable {
    /// Their pids, in the order of /proc.
    package var pids: [Int32] = []
    /// Some process could not be looked into: others may have the file open.
    package var isIncomplete = false

    /// Looks through every open file of every process: milliseconds, so not for every event.
    ///
    /// Who is not root sees only the own user's processes, unless with `Capabilities.readAnything` and
    /// `.trace`.
    package init(of file: FileIdentity) {
        let scan = FileUsersScan(of: file)
        while !scan.step(.max) {}
        self = scan.users
    }

    /// Nobody yet.
    init() {}
}
