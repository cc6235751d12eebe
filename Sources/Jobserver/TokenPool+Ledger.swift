/// Through which file each held token was taken: so that a shell's subshell may give back what the shell took.
extension TokenPool {
    mutating func addTaking(of client: Int32, through file: Int32) {
        var index = clients[client].firstTaking
        while index >= 0, takings[index].file != file { index = takings[index].nextOfClient }
        if index < 0 {
            index = takings.insert(
                Taking(
                    client: client,
                    file: file,
                    nextOfClient: clients[client].firstTaking,
                    nextOfFile: files[file].firstTaking
                )
            )
            clients[client].firstTaking = index
            files[file].firstTaking = index
        }
        takings[index].count += 1
    }

    /// An entry with a token in it: the one through this file, else any other of the process.
    func newestTaking(of client: Int32, through file: Int32) -> Int32 {
        var found: Int32 = -1
        var index = clients[client].firstTaking
        while index >= 0 {
            if takings[index].count > 0 {
                if takings[index].file == file { return index }
                found = index
            }
            index = takings[index].nextOfClient
        }
        precondition(found >= 0, "client \(client) holds tokens that are in no ledger entry")
        return found
    }

    /// An entry with a token that some process took through this file.
    func takingOfAnother(through file: Int32) -> Int32? {
        var index = files[file].firstTaking
        while index >= 0, takings[index].count == 0 { index = takings[index].nextOfFile }
        return index >= 0 ? index : nil
    }

    /// One token of the entry comes back to the pool.
    mutating func release(_ taking: Int32) {
        takings[taking].count -= 1
        held -= 1
        changeHolding(of: takings[taking].client, by: -1)
        if takings[taking].count == 0, takings[taking].file < 0 { unlinkFromClient(taking) }
    }

    /// The process has ended: all that it held comes back.
    mutating func settleTakings(of client: Int32) {
        var index = clients[client].firstTaking
        while index >= 0 {
            let taking = takings[index]
            held -= taking.count
            changeHolding(of: client, by: -taking.count)
            if taking.file >= 0 { unlinkFromFile(index) }
            takings.remove(index)
            index = taking.nextOfClient
        }
        clients[client].firstTaking = -1
    }

    /// The file is gone, its tokens are not.
    mutating func detachTakings(from file: Int32) {
        var index = files[file].firstTaking
        while index >= 0 {
            let taking = takings[index]
            takings[index].file = -1
            takings[index].nextOfFile = -1
            if taking.count == 0 { unlinkFromClient(index) }
            index = taking.nextOfFile
        }
        files[file].firstTaking = -1
    }

    mutating func changeHolding(of client: Int32, by change: Int) {
        clients[client].held += change
        builds[clients[client].build].holding += change
    }

    private mutating func unlinkFromFile(_ taking: Int32) {
        let file = takings[taking].file
        guard files[file].firstTaking != taking else {
            files[file].firstTaking = takings[taking].nextOfFile
            return
        }
        var before = files[file].firstTaking
        while takings[before].nextOfFile != taking { before = takings[before].nextOfFile }
        takings[before].nextOfFile = takings[taking].nextOfFile
    }

    private mutating func unlinkFromClient(_ taking: Int32) {
        let client = takings[taking].client
        if clients[client].firstTaking == taking {
            clients[client].firstTaking = takings[taking].nextOfClient
        } else {
            var before = clients[client].firstTaking
            while takings[before].nextOfClient != taking { before = takings[before].nextOfClient }
            takings[before].nextOfClient = takings[taking].nextOfClient
        }
        takings.remove(taking)
    }
}
