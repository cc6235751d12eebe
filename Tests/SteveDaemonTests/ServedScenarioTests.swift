import Glibc
import Linux
import Scenarios
import SystemPackage
import TestKit
import Testing

/// The same promises with nothing played: the daemon's program, the kernel's FUSE, and clients that make
/// system calls.
///
/// `Tests/vm/scripts/scenarios` does the same on a CUSE device.
@Suite(
    .serialized,
    .enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile))
)
struct ServedScenarioTests {
    @Test(arguments: Scenario.all)
    func promiseIsKept(_ scenario: Scenario) throws {
        let daemon = try RunningDaemon(["--backend", "fuse", "--jobs", "4"])
        try #require(daemon.isReady, "\(daemon.log)")
        let device = try KernelDevice(
            path: daemon.folder.path("steve"),
            socket: daemon.socketPath,
            program: BuiltProgram.path("steve-scenarios")
        )
        try scenario.run(on: device)
        #expect(!daemon.hasEnded, "\(daemon.log)")
    }
}
