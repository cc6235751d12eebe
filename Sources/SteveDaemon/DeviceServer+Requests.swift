internal import Vocabulary
internal import Fuse
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

extension DeviceServer: DeviceHandler {
    func opened(by thread: ThreadID, user: UInt32, flags: Int32) throws(Errno) -> FileID {
        // This may be the first that is seen of a process with a used pid.
        let former = registry[pid: ProcessID(mainThread: thread)]
        if let former, former.descriptor.hasEnded { ended(former) }
        let process = caller(thread)
        process?.lookAgain()
        let anonymous = process == nil ? pool.account(in: pool.begin()) : nil
        guard let owner = process?.client ?? anonymous?.client else { throw .noMemory }
        let file = pool.opened(by: owner)
        log.debug("open \(file.index) by thread \(thread)")
        while handles.count <= Int(file.index) { handles.append(nil) }
        let handle = OpenHandle(file: file, user: user, anonymous: anonymous)
        handles[Int(file.index)] = handle
        registry.ledger.stage(handle)
        openHandles += 1
        return file
    }

    func read(_ request: RequestID, file: FileID, by thread: ThreadID, nonblocking: Bool) -> ReadAnswer {
        let now = MonotonicTime.now
        askGate(at: now)
        let client = client(caller(thread), file)
        let answer = pool.read(
            request,
            by: client,
            through: file,
            waits: !nonblocking,
            at: now
        )
        log.debug("read \(file) by thread \(thread)\(nonblocking ? ", not waiting" : ""): \(answer)")
        settle(at: now)
        if answer.isGranted { log.verbose("a token for \(name(thread)), \(pool.free) free") }
        return answer
    }

    func tokenUndelivered(file: FileID, to holder: ClientID) {
        let now = MonotonicTime.now
        pool.undelivered(to: holder, through: file, at: now)
        settle(at: now)
    }

    func interrupted(_ request: RequestID) {
        let now = MonotonicTime.now
        _ = pool.interrupted(request, at: now)
        settle(at: now)
    }

    func wrote(_ count: Int, file: FileID, by thread: ThreadID) {
        let now = MonotonicTime.now
        let process = caller(thread)
        let receipt = pool.wrote(
            count,
            by: writer(process, file),
            through: file,
            mayLend: mayLend(process, file, at: now),
            at: now
        )
        log.verbose(
            "\(name(thread)) returned \(receipt.own), for others \(receipt.passed), lent \(receipt.lent), "
                + "\(pool.free) free"
        )
        if receipt.dropped > 0 { log.dropped(receipt.dropped, by: process) }
        settle(at: now)
    }

    func polled(file: FileID, by thread: ThreadID, willWait: Bool) -> Bool {
        let now = MonotonicTime.now
        askGate(at: now)
        let isReadable = pool.polled(
            by: client(caller(thread), file),
            through: file,
            waits: willWait,
            at: now
        )
        settle(at: now)
        return isReadable
    }

    func available(file: FileID, by thread: ThreadID) -> Int {
        let now = MonotonicTime.now
        askGate(at: now)
        settle(at: now)
        return pool.available(to: client(caller(thread), file))
    }

    func closed(file: FileID) {
        guard let handle = handles[Int(file.index)] else { return }
        log.debug("close \(file)")
        let now = MonotonicTime.now
        if let anonymous = handle.anonymous { pool.died(anonymous.client, at: now) }
        let build = pool.closed(handle.file, at: now)
        if let anonymous = handle.anonymous, anonymous.build != build { _ = pool.end(anonymous.build) }
        leave(build)
        handles[Int(file.index)] = nil
        registry.ledger.forget(handle.file)
        openHandles -= 1
        settle(at: now)
    }
}
