internal import Glibc
internal import Linux
internal import SystemPackage
internal import Testing

/// A test that changes the mask runs in a process of its own: the test's thread goes on to other tests.
@Suite struct SignalDescriptorTests {
    @Test func blockedSignalsWaitInTheDescriptor() async {
        await #expect(processExitsWith: .success) {
            let signals = try SignalDescriptor([SIGUSR1, SIGTERM])
            let loop = try EventLoop()
            try loop.watch(signals.raw, key: 7)
            let early = signals.next()
            #expect(early == nil)
            #expect(loop.wait(until: 0) == 0)
            raise(SIGUSR1)
            raise(SIGTERM)
            #expect(loop.wait(until: nil) == 1)
            #expect(loop.event(0).key == 7)
            let seen: Set = [signals.next(), signals.next()]
            #expect(seen == [SIGUSR1, SIGTERM])
            let late = signals.next()
            #expect(late == nil)
        }
    }

    @Test func anUnknownSignalIsRefused() {
        #expect(throws: Errno.invalidArgument) { _ = try SignalDescriptor([4711]) }
    }
}
