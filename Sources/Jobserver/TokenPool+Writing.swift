extension TokenPool {
    /// A process wrote `count` bytes.
    ///
    /// All of them are taken: what the writer holds comes back first, then what others took through the same
    /// open file, then its implicit slot is lent, and the rest stands for nothing.
    package mutating func wrote(
        _ count: Int,
        by client: ClientID,
        through file: FileID,
        at now: MonotonicTime
    ) -> WriteReceipt {
        var receipt = WriteReceipt()
        var left = count
        while left > 0, clients[client.index].held > 0 {
            release(newestTaking(of: client.index, through: file.index))
            receipt.own += 1
            left -= 1
        }
        note(.returned, client.index, count: receipt.own, at: now)
        while left > 0, let taking = takingOfAnother(through: file.index) {
            let holder = takings[taking].client
            release(taking)
            note(.returned, holder, at: now)
            rank(holder)
            receipt.passed += 1
            left -= 1
        }
        if left > 0, !clients[client.index].hasLent {
            clients[client.index].hasLent = true
            note(.lent, client.index, at: now)
            lent += 1
            receipt.lent = 1
            left -= 1
        }
        receipt.dropped = left
        totals.returned += receipt.own + receipt.passed
        totals.lent += receipt.lent
        totals.dropped += receipt.dropped
        rank(client.index)
        if receipt.own > 0 { returned(by: client.index, at: now) }
        dispatch(at: now)
        return receipt
    }
}
