internal import Vocabulary
internal import Fuse
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

extension DeviceServer: DeviceHandler {
    func opened(by thread: Int32, user: UInt32, flags: Int32) throws(Errno) -> UInt64 {
        // This may be the first that is seen of a process with a used pid.
        if let former = registry[pid: thread], former.descriptor.hasEnded { ended(former) }
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
        return UInt64(file.index)
    }

    func read(_ request: UInt64, file: UInt64, by thread: Int32, nonblocking: Bool) -> ReadAnswer {
        let now = MonotonicTime.now
        askGate(at: now)
        let client = client(thread, file)
        let answer = pool.read(
            RequestID(request),
            by: client,
            through: fileID(file),
            waits: !nonblocking,
            at: now
        )
        log.debug("read \(file) by thread \(thread)\(nonblocking ? ", not waiting" : ""): \(answer)")
        settle(at: now)
        if answer.isGranted { log.verbose("a token for \(name(thread)), \(pool.free) free") }
        return answer
    }

    func tokenUndelivered(file: UInt64, to holder: Int32) {
        let now = MonotonicTime.now
        pool.undelivered(to: ClientID(index: holder), through: fileID(file), at: now)
        settle(at: now)
    }

    func interrupted(_ request: UInt64) {
        let now = MonotonicTime.now
        _ = pool.interrupted(RequestID(request), at: now)
        settle(at: now)
    }

    func wrote(_ count: Int, file: UInt64, by thread: Int32) {
        let now = MonotonicTime.now
        let receipt = pool.wrote(
            count,
            by: writer(thread, file),
            through: fileID(file),
            mayLend: mayLend(thread, file, at: now),
            at: now
        )
        log.verbose(
            "\(name(thread)) returned \(receipt.own), for others \(receipt.passed), lent \(receipt.lent), "
                + "\(pool.free) free"
        )
        if receipt.dropped > 0 { log.dropped(receipt.dropped, by: caller(thread)) }
        settle(at: now)
    }

    func polled(file: UInt64, by thread: Int32, willWait: Bool) -> Bool {
        let now = MonotonicTime.now
        askGate(at: now)
        let isReadable = pool.polled(
            by: client(thread, file),
            through: fileID(file),
            waits: willWait,
            at: now
        )
        settle(at: now)
        return isReadable
    }

    func available(file: UInt64, by thread: Int32) -> Int {
        let now = MonotonicTime.now
        askGate(at: now)
        settle(at: now)
        return pool.available(to: client(thread, file))
    }

    func closed(file: UInt64) {
        guard let handle = handles[Int(file)] else { return }
        log.debug("close \(file)")
        let now = MonotonicTime.now
        if let anonymous = handle.anonymous { pool.died(anonymous.client, at: now) }
        let build = pool.closed(handle.file, at: now)
        if let anonymous = handle.anonymous, anonymous.build != build { _ = pool.end(anonymous.build) }
        leave(build)
        handles[Int(file)] = nil
        registry.ledger.forget(handle.file)
        openHandles -= 1
        settle(at: now)
    }
}
