internal import Vocabulary
internal import Linux
internal import SystemPackage

/// /proc for processes, which have a type of their own here.
extension ProcFS {
    static func stat(of process: ProcessID) throws(Errno) -> ProcessStat { try stat(of: process.number) }

    static func parent(of process: ProcessID) throws(Errno) -> ProcessID {
        ProcessID(try parent(of: process.number))
    }

    static func user(of process: ProcessID) throws(Errno) -> UInt32 { try user(of: process.number) }

    static func cgroup(of process: ProcessID) throws(Errno) -> String { try cgroup(of: process.number) }

    static func command(of process: ProcessID, limit: Int = 256) -> String {
        command(of: process.number, limit: limit)
    }

    /// The process that a thread belongs to.
    static func process(of thread: ThreadID) throws(Errno) -> ProcessID {
        ProcessID(try process(ofThread: thread.number))
    }

    static func isThread(_ thread: ThreadID, of process: ProcessID) -> Bool {
        isThread(thread.number, of: process.number)
    }

    /// The process that another process, in a PID namespace of its own, knows by that number.
    static func process(_ process: ProcessID, asSeenBy observer: ProcessID) -> ProcessID? {
        self.process(process.number, asSeenBy: observer.number).map(ProcessID.init)
    }
}

extension PeerCredentials {
    /// The process at the other end.
    var process: ProcessID { ProcessID(pid) }
}
