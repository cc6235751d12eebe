internal import SystemPackage

/// The processes that have a certain file open.
package struct FileUsers: Hashable, Sendable {
    /// Their pids, in the order of /proc.
    package var pids: [Int32] = []
    /// Some process could not be looked into: others may have the file open.
    package var isIncomplete = false

    /// Looks through every open file of every process: milliseconds, so not for every event.
    ///
    /// Who is not root sees only the own user's processes, unless with `Capabilities.readAnything` and `.trace`.
    package init(of file: FileIdentity) {
        let processes = (try? ProcFS.processes()) ?? []
        // The first process is always there: where it is not seen (hidepid), others are not either.
        isIncomplete = !processes.contains(1)
        for pid in processes {
            let folder = "/proc/\(pid)/fd"
            do {
                let numbers = try entries(ofDirectory: folder)
                if numbers.contains(where: { Self.isFile(file, "\(folder)/\($0)") }) { pids.append(pid) }
            } catch .noSuchFileOrDirectory, .noSuchProcess {
                continue
            } catch {
                isIncomplete = true
            }
        }
    }

    private static func isFile(_ file: FileIdentity, _ path: String) -> Bool {
        (try? FileStatus(ofPath: path, following: true).identity) == file
    }
}
