extension RuntimeDirectory {
    /// Locked by a daemon for its whole life: one a name.
    package static func instanceLock(_ name: DeviceName, in directory: String) -> String {
        directory + "/\(name).lock"
    }

    /// Locked by a wrapper from looking for a daemon until it is registered, and by a daemon that ends by
    /// itself: so nobody attaches to one that is about to go.
    package static func startLock(_ name: DeviceName, in directory: String) -> String {
        directory + "/\(name).start"
    }
}
