/// Where clients and builds stand in the queue, and how many tokens are kept from them: all of it follows
/// from the accounts.
extension Accounts {
    /// Where a process of that age stands in its build's queue; nil: it is not in it.
    mutating func rank(ofClient index: Int32, _ age: UInt64) -> Rank? {
        let holding = clients[index].held + clients[index].reserved
        guard age < .max, limits.perProcess == 0 || holding < limits.perProcess else { return nil }
        return Rank(share: Double(holding), age: age)
    }

    /// Where a build stands in the queue; nil: it is not in it.
    mutating func rank(ofBuild index: Int32, _ build: Build) -> Rank? {
        guard let first = queue.firstRank(in: index), limits.perBuild == 0 || build.share < limits.perBuild
        else {
            return nil
        }
        return Rank(share: Double(build.share) / build.weight, age: max(first.age, build.served))
    }

    /// The oldest place that a process has in the queue; `.max`: none.
    mutating func age(ofClient index: Int32) -> UInt64 {
        let first = clients[index].reads.first
        let read = first >= 0 ? entries.reads[first].age : .max
        return switch clients[index].demand {
        case .poll(let place): min(read, place)
        case .retry(let retry) where retry.reserved < retry.wanted: min(read, retry.place)
        case .none, .reservation, .penalty, .retry: read
        }
    }

    /// How soon the build can be expected to give a token back, as of now.
    mutating func standing(of build: Build) -> Standing {
        guard build.share > 0 else { return .open }
        guard limits.reserve == nil else { return .keeping }
        guard let givenBack = build.givenBack else { return .untested }
        return now.nanoseconds - givenBack.nanoseconds <= limits.givingNanoseconds ? .open : .keeping
    }

    /// How many tokens are kept from builds of that standing, where more than one builds.
    mutating func reserve(from standing: Standing) -> Int {
        guard standing != .open else { return 0 }
        if let reserve = limits.reserve { return reserve }
        let base = min(4, limits.jobs / 8)
        guard standing == .keeping else { return base }
        let lately = newcomers.count(since: now + -limits.restNanoseconds)
        return max(base, min(limits.jobs / 4, lately))
    }

    /// When the first resting build no longer counts; nil: none rests.
    var restDeadline: MonotonicTime? {
        guard active.resting.first >= 0, case .resting(let since) = builds[active.resting.first].activity
        else { return nil }
        return since + limits.restNanoseconds
    }
}
