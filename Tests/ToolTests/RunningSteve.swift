internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import Wire

/// A daemon that a test started like a service manager, and stevectl for it.
struct RunningSteve {
    let shop: Workshop
    private let daemon: Workshop.Running

    /// The back ends that this machine can serve.
    static let backends = canServeFile ? ["fifo", "fuse"] : ["fifo"]
    private static let canServeFile = geteuid() == 0 && (try? openReadWrite("/dev/fuse")) != nil

    init(_ backend: String, jobs: Int = 4) throws {
        if !Self.canServeFile { print("not on the FUSE back end: that needs root and /dev/fuse") }
        let shop = try Workshop()
        self.shop = shop
        let options = ["--dev-name", shop.device, "--backend", backend, "--jobs", "\(jobs)"]
        daemon = try shop.start([Workshop.program("steve")] + options)
        #expect(try shop.eventually { try shop.status() != nil })
    }

    /// The words of a stevectl command for this daemon.
    func words(_ command: String, _ words: [String] = []) throws -> [String] {
        [try Workshop.program("stevectl"), command, "--device", shop.device] + words
    }

    func ctl(_ command: String, _ words: [String] = []) throws -> Workshop.Outcome {
        try shop.run(self.words(command, words))
    }

    func status() throws -> StatusReport { try #require(try shop.status()) }

    /// A shell command that waits for the file `go`.
    var untilReleased: [String] {
        ["sh", "-c", "until test -e '\(shop.folder.path("go"))'; do sleep 0.02; done"]
    }

    func release() throws { try shop.folder.write("", to: "go") }

    /// Ends the daemon like a service manager.
    func end() throws {
        try ProcessDescriptor(daemon.pid).signal(SIGTERM)
        #expect(try shop.wait(daemon).end == .exited(0))
    }
}
