import Fuse
import SystemPackage
import TestKit
import Testing

/// Polling: poll, no-false-ready, every-wake, as far as the session is responsible for them.
@Suite struct PollTests {
    @Test(arguments: FakeKernel.Kind.allCases)
    func alwaysWritableAndReadableAsTheHandlerSays(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        #expect(try device.kernel.poll(file, thread: 4, notify: false) == [.writable])
        #expect(device.handler.events.last == .polled(file: file.number, thread: 4, willWait: false))
        device.handler.tokens = 1
        #expect(try device.kernel.poll(file, thread: 4, notify: true) == [.readable, .writable])
        #expect(device.handler.events.last == .polled(file: file.number, thread: 4, willWait: true))
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func wakeNotifiesOnceAndForgets(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        _ = try device.kernel.poll(file, thread: 1, notify: true)
        _ = try device.kernel.poll(file, thread: 2, notify: true)
        #expect(device.kernel.wakes(of: file) == 0)
        device.wake(file: file.number)
        device.wake(file: file.number)
        #expect(device.kernel.wakes(of: file) == 1)
        _ = try device.kernel.poll(file, thread: 1, notify: true)
        device.wake(file: file.number)
        #expect(device.kernel.wakes(of: file) == 2)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func wakeNeedsAPollThatAskedForIt(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        _ = try device.kernel.poll(file, thread: 1, notify: false)
        device.wake(file: file.number)
        device.wake(file: 4711)
        #expect(device.kernel.wakes(of: file) == 0)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func aLookWithoutAskingKeepsTheEarlierAsking(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        _ = try device.kernel.poll(file, thread: 1, notify: true)
        _ = try device.kernel.poll(file, thread: 2, notify: false)
        device.wake(file: file.number)
        #expect(device.kernel.wakes(of: file) == 1)
    }

    /// An edge-triggered epoll asks once, is answered "readable", and asks again only after a notification.
    @Test(arguments: FakeKernel.Kind.allCases)
    func readableFileCanBeWokenLater(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        device.handler.tokens = 1
        let file = try device.kernel.open(thread: 1)
        #expect(try device.kernel.poll(file, thread: 1, notify: true).contains(.readable))
        device.wake(file: file.number)
        #expect(device.kernel.wakes(of: file) == 1)
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func filesAreWokenEachForItself(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let files = try (1...3).map { try device.kernel.open(thread: $0) }
        for file in files { _ = try device.kernel.poll(file, thread: 1, notify: true) }
        device.wake(file: files[1].number)
        #expect(files.map { device.kernel.wakes(of: $0) } == [0, 1, 0])
    }

    @Test(arguments: FakeKernel.Kind.allCases)
    func closedFileIsNotWoken(_ kind: FakeKernel.Kind) throws {
        let device = try DeviceFixture(kind)
        let file = try device.kernel.open(thread: 1)
        _ = try device.kernel.poll(file, thread: 1, notify: true)
        device.kernel.release(file)
        #expect(device.handler.events.last == .closed(file.number))
        device.wake(file: file.number)
        #expect(device.kernel.wakes(of: file) == 0)
    }
}
