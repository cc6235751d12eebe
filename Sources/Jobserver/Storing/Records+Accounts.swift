/// The stored form of each account, and the account that it becomes again.
extension StoredBuild {
    init(_ build: Build) {
        self.init(weight: build.weight, served: build.served)
        givenBack = build.givenBack
        switch build.part {
        case .build: break
        case .dispatcher: part = .dispatcher
        case .package(let dispatcher, _): part = .package(of: dispatcher)
        }
        switch build.activity {
        case .idle: break
        case .building: activity = .building
        case .resting(let since): activity = .resting(since: since)
        }
    }
}

extension Build {
    init(_ record: StoredBuild) {
        self.init(weight: record.weight, served: record.served)
        switch record.part {
        case .build: break
        case .dispatcher: part = .dispatcher
        case .package(let dispatcher): part = .package(of: dispatcher, isPaidFor: false)
        }
    }
}

extension StoredClient {
    init(_ client: Client) {
        var since = MonotonicTime(nanoseconds: 0)
        if case .holding(_, let start) = client.balance { since = start }
        self.init(build: client.build, process: client.process, isLending: client.isLending, since: since)
    }
}

extension Client {
    init(_ record: StoredClient) {
        self.init(build: record.build, process: record.process)
        if record.isLending { balance = .lending }
    }

    /// This many tokens are its again.
    mutating func restore(_ count: Int, since: MonotonicTime?) {
        balance = .holding(held + count, since: since ?? MonotonicTime(nanoseconds: 0))
    }
}
