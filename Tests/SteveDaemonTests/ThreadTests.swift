import Linux
import Scenarios
import TestKit
import Testing

/// Threads, whose numbers the kernel uses again after their end.
@Suite(.serialized) struct ThreadTests {
    private let device: PlayedDevice
    private let stage: Stage

    init() throws {
        device = try PlayedDevice()
        stage = try Stage(device)
    }

    private func newestThread(of player: Stage.Player) throws -> Int32? {
        try entries(ofDirectory: "/proc/\(player.client.pid)/task").compactMap { Int32($0) }.max()
    }

    @Test func theNumberOfAThreadThatHasEndedStandsForItsProcessNoMore() throws {
        let (holder, player) = (try stage.player(), try stage.player())
        try stage.take(4, by: holder)
        let read = try stage.startReading(player, lane: 1)
        let thread = try #require(try newestThread(of: player))
        try stage.write(holder)
        try stage.expectToken(read, "a read by a thread")
        try stage.eventually("the thread's end") { () throws(ScenarioFailure) in
            (try? newestThread(of: player)) != thread
        }
        try stage.write(holder)
        let file = try device.kernel.open(thread: player.client.pid)
        let other = device.kernel.read(file, thread: thread, nonblocking: true)
        #expect(device.kernel.reply(to: other)?.isToken == true)
        #expect(try stage.held(by: player) == 1, "the second token is that of whoever has the number now")
        device.kernel.release(file)
        try stage.finish()
    }
}
