import Glibc
import Scenarios
import TestKit
import Testing
import Wire

@testable import SteveDaemon

/// Peers that wait for news.
@Suite(.serialized) struct WatchTests {
    private let device: PlayedDevice
    private let stage: Stage

    init() throws {
        device = try PlayedDevice()
        stage = try Stage(device)
    }

    @Test func isToldWhenSoManyAreFreeAndNotBefore() throws {
        let holder = try stage.player()
        try stage.take(4, by: holder)
        let port = try device.connect()
        #expect(try port.ask(.watch(WaitCondition(free: 2))).isWaiting)
        try stage.write(holder)
        #expect(port.line(within: .milliseconds(30)) == nil)
        try stage.write(holder)
        #expect(try port.reply().isDone)
    }

    @Test func isToldWhenNothingIsHeldWhateverTheEnd() throws {
        let holder = try stage.player()
        try stage.take(3, by: holder)
        let port = try device.connect()
        #expect(try port.ask(.watch(WaitCondition(idle: true))).isWaiting)
        #expect(port.line(within: .milliseconds(30)) == nil)
        try device.kill(holder.client)
        #expect(try port.reply().isDone)
    }

    @Test func isToldAtOnceWhereItIsSo() throws {
        let port = try device.connect()
        #expect(try port.ask(.watch(WaitCondition(free: 4, idle: true))).isWaiting)
        #expect(try port.reply().isDone)
    }

    @Test func ofManyOneIsToldATurn() throws {
        let holder = try stage.player()
        try stage.take(1, by: holder)
        var ports = try (0..<50).map { _ in try device.connect() }
        for port in ports { #expect(try port.ask(.watch(WaitCondition(idle: true))).isWaiting) }
        try stage.write(holder)
        ports.removeAll { $0.line(within: .zero) != nil }
        #expect(ports.count > 40, "as many were told as there were turns since")
        try stage.take(1, by: holder)
        for port in ports { #expect(try port.reply().isDone) }
    }

    @Test func asksForOneThingAtATimeAndForSomething() throws {
        let port = try device.connect()
        #expect(try port.ask(.watch(WaitCondition())).error != nil)
        #expect(try port.ask(.watch(WaitCondition(free: 5))).isWaiting)
        #expect(try port.ask(.watch(WaitCondition(free: 6))).error == "you are waiting already")
    }

    @Test func oneThatGoesIsForgotten() throws {
        do {
            let port = try device.connect()
            #expect(try port.ask(.watch(WaitCondition(free: 5))).isWaiting)
        }
        try stage.set(["jobs": "9"])
        #expect(try device.connect().ask(.ping).isDone)
    }
}
