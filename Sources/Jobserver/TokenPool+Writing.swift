package import Vocabulary

extension TokenPool {
    /// A process wrote `count` bytes.
    ///
    /// Each byte is charged to the first of these that is left: tokens of the writer; tokens that others took
    /// through the same open file; its implicit slot, if it `mayLend` one; nothing. All loans together are at
    /// most the limit, so that bytes alone make no tokens.
    package mutating func wrote(
        _ count: Int,
        by client: ClientID,
        through file: FileID,
        mayLend: Bool = true,
        at now: MonotonicTime
    ) -> WriteReceipt {
        happen(at: now) { pool in
            let index = client.index
            var receipt = WriteReceipt()
            receipt.own = min(count, pool.accounts.clients[index].held)
            pool.giveBack(receipt.own, of: index, through: file.index, at: now)
            while receipt.own + receipt.passed < count,
                let holder = pool.accounts.entries.lastTaker(through: file.index)
            {
                pool.giveBack(1, of: holder, through: file.index, at: now)
                receipt.passed += 1
            }
            if receipt.own + receipt.passed < count, mayLend, pool.lent < pool.limits.jobs,
                !pool.accounts.clients[index].isLending
            {
                pool.accounts.change(index) { client, _ in client.balance = .lending }
                pool.note(.lent, index, at: now)
                receipt.lent = 1
            }
            receipt.dropped = count - receipt.own - receipt.passed - receipt.lent
            pool.totals.add(receipt)
            if receipt.own > 0 { pool.returned(by: index, at: now) }
            return receipt
        }
    }

    private mutating func giveBack(_ count: Int, of client: Int32, through file: Int32, at now: MonotonicTime)
    {
        guard count > 0 else { return }
        accounts.noteReturn(of: accounts.clients[client].build)
        accounts.change(client) { client, entries in
            for _ in 0..<count { entries.release(&client, through: file) }
            client.release(count)
        }
        note(.returned, client, count: count, at: now)
    }
}

extension Totals {
    fileprivate mutating func add(_ receipt: WriteReceipt) {
        returned += receipt.own + receipt.passed
        lent += receipt.lent
        dropped += receipt.dropped
    }
}
