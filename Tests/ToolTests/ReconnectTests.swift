internal import Glibc
internal import Linux
internal import TestKit
internal import Testing

@testable import Wire

/// The server ends while a client waits for its answer: the client asks the next server again.
@Suite(.serialized)
struct ReconnectTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    /// A daemon with one token, and a command that holds it until the file `go` is there.
    private func occupied() throws -> (daemon: Workshop.Running, holder: Workshop.Running) {
        let words = ["--dev-name", shop.device, "--backend", "fifo", "--jobs", "1"]
        let daemon = try shop.start([Workshop.program("steve")] + words)
        #expect(try shop.eventually { try shop.status() != nil })
        let go = shop.folder.path("go")
        let untilThere = ["sh", "-c", "until test -e '\(go)'; do sleep 0.05; done"]
        let holder = try shop.start(shop.wrapped([], untilThere))
        #expect(try shop.eventually { try shop.status()?.held == 1 })
        return (daemon, holder)
    }

    /// Kills the server three times, each time after a pause.
    private func replaceServer() throws {
        for count in 1...3 {
            // By then the server has read the waiter's request; if not, the waiter asks the next server.
            usleep(100_000)
            try ProcessDescriptor(#require(shop.server)).signal(SIGKILL)
            #expect(try shop.eventually { try shop.status()?.takeovers?.count == count })
        }
    }

    private func finish(_ daemon: Workshop.Running, _ holder: Workshop.Running) throws {
        #expect(try shop.wait(holder).end == .exited(0))
        try ProcessDescriptor(daemon.pid).signal(SIGTERM)
        #expect(try shop.wait(daemon).end == .exited(0))
    }

    @Test func whoWaitsForFreeTokensGoesOnWaiting() throws {
        let (daemon, holder) = try occupied()
        let waiter = try shop.start([
            Workshop.program("stevectl"), "wait", "--device", shop.device, "--idle",
        ])
        try replaceServer()
        try shop.folder.write("", to: "go")
        let outcome = try shop.wait(waiter)
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
        #expect(outcome.errors == "")
        try finish(daemon, holder)
    }

    @Test func aWrapperThatWaitsForItsSlotGetsIt() throws {
        let (daemon, holder) = try occupied()
        let waiter = try shop.start(shop.wrapped([], ["echo", "built"]))
        try replaceServer()
        try shop.folder.write("", to: "go")
        let outcome = try shop.wait(waiter)
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
        #expect(outcome.output == "built\n")
        try finish(daemon, holder)
    }
}
