internal import Vocabulary
internal import Jobserver
internal import Ledger

/// A pool's records as rows of the ledger.
///
/// The meaning of each word belongs to the ledger's layout: if you change it, change `Layout.version`.
extension ServerLedger {
    /// Puts what has changed in a pool into the transaction.
    func stage(_ pool: inout TokenPool) {
        while let change = pool.nextChange() {
            switch change {
            case .build(let row, let record): stage(record, Int(row))
            case .client(let row, let record): stage(record, Int(row))
            case .file(let row, let record):
                stageChange(record.map { UInt64($0.build + 1) } ?? 0, layout.files, Int(row), 0)
            case .taking(let row, let record): stage(record, Int(row))
            case .read(let row, let record): stage(record, Int(row))
            }
        }
        stage(pool.counters)
        stage(pool.events.span)
    }

    func stage(_ record: StoredBuild?, _ row: Int) {
        guard let record else { return stageChange(0, layout.builds, row, 0) }
        let words: [5 of UInt64] = [
            record.weight.bitPattern,
            record.served,
            word(record.part),
            UInt64(bitPattern: record.givenBack?.nanoseconds ?? 0),
            word(record.activity),
        ]
        stageChanges(words.span, layout.builds, row)
    }

    private func word(_ part: StoredBuild.Part) -> UInt64 {
        switch part {
        case .build: 0
        case .dispatcher: 1
        case .package(let dispatcher): 2 + UInt64(dispatcher)
        }
    }

    private func word(_ activity: StoredBuild.Activity) -> UInt64 {
        switch activity {
        case .idle: 0
        case .building: 1
        case .resting(let since): UInt64(bitPattern: since.nanoseconds)
        }
    }

    func stage(_ record: StoredClient?, _ row: Int) {
        guard let record else { return stageChange(0, layout.clients, row, 0) }
        let words: [3 of UInt64] = [
            pair(record.isLending ? 2 : 1, record.build),
            UInt64(record.process),
            UInt64(bitPattern: record.since.nanoseconds),
        ]
        stageChanges(words.span, layout.clients, row)
    }

    private func stage(_ record: StoredTaking?, _ row: Int) {
        guard let record else { return stageChange(0, layout.takings, row, 1) }
        let words: [3 of UInt64] = [pair(record.client, record.file), UInt64(record.count), record.age]
        stageChanges(words.span, layout.takings, row)
    }

    private func stage(_ record: StoredRead?, _ row: Int) {
        // A wrapper whose slot waits asks the next server again.
        guard let record, !record.id.isSlot else { return stageChange(0, layout.reads, row, 0) }
        let words: [4 of UInt64] = [
            record.id.number,
            pair(record.client, record.file),
            record.age,
            UInt64(bitPattern: record.since.nanoseconds),
        ]
        stageChanges(words.span, layout.reads, row)
    }

    func stage(_ counters: StoredCounters) {
        let totals = counters.totals
        let words: [7 of UInt64] = [
            UInt64(totals.granted),
            UInt64(totals.returned),
            UInt64(totals.reclaimed),
            UInt64(totals.lent),
            UInt64(totals.dropped),
            counters.age,
            UInt64(counters.process),
        ]
        stageChanges(words.span, layout.account, 0)
    }

    private func pair(_ low: Int32, _ high: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: low)) | UInt64(UInt32(bitPattern: high)) << 32
    }

    // MARK: Reading

    /// What the pool of the server before had stored.
    var poolRecords: PoolRecords {
        var records = PoolRecords()
        for row in rows(layout.builds) where self[layout.builds, row, 0] != 0 {
            records.builds[Int32(row)] = build(row)
        }
        for row in rows(layout.clients) { records.clients[Int32(row)] = client(row) }
        for row in rows(layout.files) where self[layout.files, row, 0] != 0 {
            records.files[Int32(row)] = StoredFile(
                build: Int32(truncatingIfNeeded: self[layout.files, row, 0] - 1)
            )
        }
        for row in rows(layout.takings) { records.takings[Int32(row)] = taking(row) }
        for row in rows(layout.reads) { records.reads[Int32(row)] = read(row) }
        records.counters = counters
        return records
    }

    private func build(_ row: Int) -> StoredBuild {
        let words = (0..<5).map { self[layout.builds, row, $0] }
        var build = StoredBuild(weight: Double(bitPattern: words[0]), served: words[1])
        build.part =
            switch words[2] {
            case 0: .build
            case 1: .dispatcher
            case let word: .package(of: Int32(truncatingIfNeeded: word - 2))
            }
        build.givenBack = words[3] == 0 ? nil : time(layout.builds, row, 3)
        build.activity =
            switch words[4] {
            case 0: .idle
            case 1: .building
            default: .resting(since: time(layout.builds, row, 4))
            }
        return build
    }

    private func client(_ row: Int) -> StoredClient? {
        let (state, build) = pair(layout.clients, row, 0)
        guard state != 0 else { return nil }
        return StoredClient(
            build: build,
            process: Int(truncatingIfNeeded: self[layout.clients, row, 1]),
            isLending: state == 2,
            since: time(layout.clients, row, 2)
        )
    }

    private func taking(_ row: Int) -> StoredTaking? {
        let count = Int(truncatingIfNeeded: self[layout.takings, row, 1])
        guard count > 0 else { return nil }
        let (client, file) = pair(layout.takings, row, 0)
        return StoredTaking(client: client, file: file, count: count, age: self[layout.takings, row, 2])
    }

    private func read(_ row: Int) -> StoredRead? {
        let id = self[layout.reads, row, 0]
        guard id != 0 else { return nil }
        let (client, file) = pair(layout.reads, row, 1)
        return StoredRead(
            id: RequestID(id),
            client: client,
            file: file,
            age: self[layout.reads, row, 2],
            since: time(layout.reads, row, 3)
        )
    }

    private var counters: StoredCounters {
        var counters = StoredCounters()
        let words = (0..<7).map { self[layout.account, 0, $0] }
        counters.totals.granted = Int(truncatingIfNeeded: words[0])
        counters.totals.returned = Int(truncatingIfNeeded: words[1])
        counters.totals.reclaimed = Int(truncatingIfNeeded: words[2])
        counters.totals.lent = Int(truncatingIfNeeded: words[3])
        counters.totals.dropped = Int(truncatingIfNeeded: words[4])
        counters.age = words[5]
        counters.process = Int(truncatingIfNeeded: words[6])
        return counters
    }

    private func pair(_ table: Table, _ row: Int, _ word: Int) -> (low: Int32, high: Int32) {
        let value = self[table, row, word]
        return (Int32(truncatingIfNeeded: value), Int32(truncatingIfNeeded: value >> 32))
    }

    private func time(_ table: Table, _ row: Int, _ word: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(bitPattern: self[table, row, word]))
    }
}
