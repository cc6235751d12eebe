package import Vocabulary

/// A change of one of the pool's records, for a copy from which the pool can be rebuilt; nil: the record is
/// gone.
///
/// It has only what cannot be computed, asked for again or done without. Retries and reservations are not in
/// it: after a rebuild all pollers must be woken, and ask again.
package enum PoolChange: Equatable, Sendable {
    case build(Int32, StoredBuild?)
    case client(Int32, StoredClient?)
    case file(Int32, StoredFile?)
    case taking(Int32, StoredTaking?)
    case read(Int32, StoredRead?)
}

package struct StoredBuild: Equatable, Sendable {
    package var weight: Double
    package var served: UInt64
    package var part = Part.build
    /// When a token last came back from it; nil: none ever did.
    package var givenBack: MonotonicTime?
    package var activity = Activity.idle

    package init(weight: Double, served: UInt64) {
        self.weight = weight
        self.served = served
    }

    /// Its role beside other builds, as in `Build`.
    package enum Part: Equatable, Sendable {
        case build, dispatcher
        case package(of: Int32)
    }

    /// Whether it is active, as in `Build`.
    package enum Activity: Equatable, Sendable {
        case idle, building
        case resting(since: MonotonicTime)
    }
}

package struct StoredClient: Equatable, Sendable {
    package var build: Int32
    package var process: Int
    package var isLending: Bool
    /// Since when it holds the oldest of its tokens.
    package var since: MonotonicTime

    package init(build: Int32, process: Int, isLending: Bool, since: MonotonicTime) {
        self.build = build
        self.process = process
        self.isLending = isLending
        self.since = since
    }
}

package struct StoredFile: Equatable, Sendable {
    package var build: Int32

    package init(build: Int32) {
        self.build = build
    }
}

package struct StoredTaking: Equatable, Sendable {
    package var client: Int32
    /// -1: it is closed.
    package var file: Int32
    package var count: Int
    /// When the first of these tokens was taken, on the scale of ages.
    package var age: UInt64

    package init(client: Int32, file: Int32, count: Int, age: UInt64) {
        self.client = client
        self.file = file
        self.count = count
        self.age = age
    }
}

package struct StoredRead: Equatable, Sendable {
    package var id: RequestID
    package var client: Int32
    package var file: Int32
    package var age: UInt64
    package var since: MonotonicTime

    package init(id: RequestID, client: Int32, file: Int32, age: UInt64, since: MonotonicTime) {
        self.id = id
        self.client = client
        self.file = file
        self.age = age
        self.since = since
    }
}

/// Counters that only grow.
package struct StoredCounters: Equatable, Sendable {
    package var totals = Totals()
    package var age: UInt64 = 0
    package var process = 0

    package init() {}
}

/// All records of a pool, each with its number, as they were stored last.
package struct PoolRecords: Equatable, Sendable {
    package var builds: [Int32: StoredBuild] = [:]
    package var clients: [Int32: StoredClient] = [:]
    package var files: [Int32: StoredFile] = [:]
    package var takings: [Int32: StoredTaking] = [:]
    package var reads: [Int32: StoredRead] = [:]
    package var counters = StoredCounters()

    package init() {}

    /// Takes a change over.
    package mutating func apply(_ change: PoolChange) {
        switch change {
        case .build(let index, let record): builds[index] = record
        case .client(let index, let record): clients[index] = record
        case .file(let index, let record): files[index] = record
        case .taking(let index, let record): takings[index] = record
        case .read(let index, let record): reads[index] = record
        }
    }
}
