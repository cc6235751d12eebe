internal import Linux
internal import Packing
internal import SteveClient

/// How many threads may compress, and which jobserver allows more than one.
struct Compressors {
    let count: Int
    let jobserver: Jobserver?

    /// Without a jobserver as many as wanted; with one that cannot be used only the one that a process always
    /// has.
    init(jobs: Int?, environment: [String: String]) throws {
        do {
            jobserver = try Jobserver(environment: environment)
            count = jobs ?? CPUCount.usable
        } catch {
            jobserver = nil
            switch error {
            case .noVariable, .noJobserver:
                count = jobs ?? CPUCount.usable
            case .unsupported, .malformed, .cannotOpen, .cannotRead, .ended:
                StandardError.write("steve-squash: warning: \(error): compressing with one thread\n")
                count = 1
            }
        }
    }
}
