internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import SteveClient

@Suite final class JobserverTests {
    private let folder: TemporaryFolder
    private let pipe: NamedPipe

    init() throws {
        folder = try TemporaryFolder()
        pipe = try NamedPipe(makingAt: folder.path("pipe"), mode: 0o600)
    }

    private func jobserver() throws(JobserverFailure) -> Jobserver {
        try Jobserver(environment: ["MAKEFLAGS": "-j --jobserver-auth=fifo:\(folder.path("pipe"))"])
    }

    @Test func tokensComeBackByThemselves() throws {
        _ = try pipe.put(2)
        let jobserver = try jobserver()
        do {
            let first = try jobserver.acquire()
            guard let second = try jobserver.tryAcquire() else {
                throw JobserverFailure.ended(path: "too early")
            }
            #expect(try pipe.unread() == 0)
            let third = try jobserver.tryAcquire()
            if case .some = third { Issue.record("a third of two tokens") }
            second.release()
            #expect(try pipe.unread() == 1)
            _ = consume first
        }
        #expect(try pipe.unread() == 2)
    }

    @Test func aTokenGivesBackTheByteThatItWas() throws {
        _ = try pipe.put(1, UInt8(ascii: "x"))
        try jobserver().acquire().release()
        #expect(try ByteFile(folder.path("pipe"), waiting: false).read() == UInt8(ascii: "x"))
    }

    @Test(
        arguments: [
            (nil, .noVariable),
            ("", .noJobserver),
            ("-k -j8", .noJobserver),
            ("--jobserver-auth=3,4", .unsupported("3,4")),
            ("--jobserver-auth=-2,-2", .unsupported("-2,-2")),
            ("--jobserver-auth=bogus", .malformed("bogus")),
            ("--jobserver-auth=fifo:", .malformed("fifo:")),
            ("--jobserver-auth=fifo:/nowhere/x", .cannotOpen(path: "/nowhere/x", .noSuchFileOrDirectory)),
        ] as [(String?, JobserverFailure)]
    )
    func whatIsMissingIsSaid(flags: String?, failure: JobserverFailure) {
        #expect(throws: failure) { _ = try Jobserver(environment: flags.map { ["MAKEFLAGS": $0] } ?? [:]) }
    }
}
