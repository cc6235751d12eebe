internal import Jobserver
internal import Linux

/// The builds that the pool knows, by what holds them together.
///
/// For now that is the session: what one terminal, one `setsid` or one service started.
struct BuildRegistry {
    private var bySession: [Int32: BuildID] = [:]
    private var labels: [BuildID: (session: Int32, label: String)] = [:]

    /// The build of a process, which is counted as a member until it has `left`.
    mutating func build(of pid: Int32, _ pool: inout TokenPool) -> BuildID {
        let session = (try? ProcFS.stat(of: pid))?.session ?? pid
        if let build = bySession[session] { return build }
        let build = pool.begin()
        bySession[session] = build
        labels[build] = (session, "session \(session)")
        return build
    }

    /// One of the build's processes has been forgotten; with the last one the build is.
    mutating func left(_ build: BuildID, _ pool: inout TokenPool) {
        guard pool.end(build), let known = labels.removeValue(forKey: build) else { return }
        bySession[known.session] = nil
    }

    /// What people call the build.
    func label(of build: BuildID) -> String { labels[build]?.label ?? "" }
}
