internal import Jobserver
internal import Linux
internal import SystemPackage

/// Keeps what was learnt of the sizes of jobs from one daemon to the next: a file that appears whole or not at all.
struct SizeStore {
    private let path: String
    private let folder: SafeFolder
    /// What of it is in the file.
    private var written: Int
    private var next: MonotonicTime?
    private var hasFailed = false

    /// So long a kill may make what was learnt forgotten.
    private static let pauseNanoseconds: Int64 = 60_000_000_000
    /// 513 kinds of 64 figures with up to nine digits, and two names.
    private static let most = 1 << 20

    /// nil: this daemon keeps nothing.
    init?(_ site: Site, environment: [String: String]) {
        guard let folder = Self.folder(site, environment) else { return nil }
        self.folder = SafeFolder(folder, mode: nil)
        path = "\(folder)/\(site.name).sizes"
        written = 0
    }

    /// STEVE_STATE_DIR, or /var/lib/steve for the daemon of the whole machine.
    private static func folder(_ site: Site, _ environment: [String: String]) -> String? {
        if let chosen = environment["STEVE_STATE_DIR"], !chosen.isEmpty { return chosen }
        return site.isSystem ? "/var/lib/steve" : nil
    }

    /// What the file says; a word in the log, and nothing, where it cannot be read.
    mutating func read(into sizes: inout JobSizes) {
        let bytes: [UInt8]
        do throws(Errno) {
            let status = try FileStatus(ofPath: path)
            guard status.kind == .regular, User.trusts(status.user) else { throw .notPermitted }
            bytes = try readWhole(path, limit: Self.most)
        } catch .noSuchFileOrDirectory {
            return
        } catch {
            return Log.note("cannot read the sizes of jobs from \(path): \(error); learning them anew")
        }
        guard sizes.read(String(decoding: bytes, as: UTF8.self)) else {
            return Log.note("\(path) has no sizes of jobs that this version can read; learning them anew")
        }
        written = sizes.version
    }

    /// Who --user is writes there from then on.
    func give(to user: UserAccount) {
        guard (try? folder.make()) != nil else { return }
        try? PathHandle(folder.path).setAccess(user: user.uid, group: user.gid, mode: 0o755)
    }

    /// Writes what is new, not oftener than once in a minute unless it is the last time.
    mutating func keep(_ sizes: JobSizes, at now: MonotonicTime, isLast: Bool = false) {
        guard sizes.version != written else { return }
        guard isLast || now >= next ?? now else { return }
        next = now + Self.pauseNanoseconds
        written = sizes.version
        do throws(SafeFolder.Flaw) {
            try folder.make()
            do throws(Errno) {
                try NewFile(path).write(Array(sizes.text.utf8))
                hasFailed = false
            } catch {
                throw .failed(error)
            }
        } catch {
            if !hasFailed { Log.note("cannot keep the sizes of jobs in \(path): \(error)") }
            hasFailed = true
        }
    }
}
