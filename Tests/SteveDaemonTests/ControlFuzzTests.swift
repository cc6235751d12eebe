import Glibc
import Jobserver
import Linux
import Scenarios
import SystemPackage
import TestKit
import Testing
import Wire

@testable import SteveDaemon

/// Peers send the control socket bytes between noise and protocol, all from one seed.
@Suite(.serialized) struct ControlFuzzTests {
    @Test(arguments: [1, 2, 3, UInt64.random(in: 4 ... .max)])
    func nothingThatPeersSendEndsTheDaemon(seed: UInt64) throws {
        let device = try PlayedDevice()
        var storm = PeerStorm(device, seed: seed)
        let end = MonotonicTime.now + 1_500_000_000
        while MonotonicTime.now < end { try storm.step() }
        storm.end()
        #expect(try device.connect().ask(.set(["jobs": "4"])).isDone, "seed \(seed)")
        let stage = try Stage(device)
        #expect(device.violations.isEmpty, "seed \(seed)")
        #expect(try stage.status().waiting == 0, "seed \(seed)")
    }
}

/// Peers that connect, send anything, and leave.
private struct PeerStorm {
    private let device: PlayedDevice
    private var random: SeededGenerator
    private var ports: [ControlPort] = []

    init(_ device: PlayedDevice, seed: UInt64) {
        self.device = device
        random = SeededGenerator(seed: seed)
    }

    mutating func step() throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0 where ports.count < 40: ports.append(try device.connect())
        case 1 where !ports.isEmpty: ports.remove(at: Int.random(in: 0..<ports.count, using: &random))
        case 2...4: _ = ports.randomElement(using: &random)?.line(within: .zero)
        case 5: device.daemon.turn(until: .now)
        default:
            let bytes = self.bytes()
            _ = ports.randomElement(using: &random)?.sendWithoutWaiting(bytes)
        }
        device.daemon.turn(until: .now)
    }

    mutating func end() {
        ports = []
        for _ in 0..<100 { device.daemon.turn(until: .now) }
    }

    private mutating func bytes() -> [UInt8] {
        var bytes = Array(Self.requests[Int.random(in: 0..<Self.requests.count, using: &random)].utf8)
        switch Int.random(in: 0..<12, using: &random) {
        case 0: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
        case 1, 2:
            let index = Int.random(in: 0..<bytes.count, using: &random)
            bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 3:
            bytes = (0..<Int.random(in: 1...300, using: &random)).map { _ in
                .random(in: 0...255, using: &random)
            }
        case 4:
            bytes = [UInt8](repeating: UInt8(ascii: "["), count: Int.random(in: 1...70_000, using: &random))
        case 5: bytes += bytes + bytes
        default: break
        }
        if Int.random(in: 0..<8, using: &random) > 0 { bytes.append(UInt8(ascii: "\n")) }
        return bytes
    }

    private static let requests = [
        #"{"id":1,"do":"ping"}"#, #"{"id":2,"do":"status"}"#, #"{"id":3,"do":"get"}"#,
        #"{"id":4,"do":"register","slot":true}"#, #"{"id":5,"do":"register","slot":false}"#,
        #"{"id":6,"do":"set","values":{"jobs":"3"}}"#, #"{"id":7,"do":"set","values":{"jobs":"-1"}}"#,
        #"{"id":8,"do":"set","values":{"load-average":"1e400","min-jobs":"0"}}"#,
        #"{"id":9,"do":"set","values":{"jobs":"65536","reserve":"70000","weight":"x=1"}}"#,
        #"{"id":-9223372036854775808,"do":"ping"}"#, #"{"id":1e99,"do":"ping"}"#,
        #"{"id":13,"do":"limit","values":{"jobs":"9999"},"pid":-1}"#,
        #"{"id":14,"do":"limit","values":{"jobs":"9999"}}"#,
        #"{"id":15,"do":"watch","free":3}"#,
        #"{"id":16,"do":"watch","idle":true,"free":-9223372036854775808}"#,
        #"{"id":17,"do":"trace","last":60}"#, #"{"id":18,"do":"events","after":0}"#,
        #"{"id":19,"do":"events","after":7,"until":9}"#, #"{"id":20,"do":"processes","numbers":[1,2,3]}"#,
        #"{"id":10,"do":"\ud800"}"#, #"{"id":11,"id":12,"do":"ping","do":"status"}"#,
    ]
}
