internal import Glibc
internal import Linux
internal import SteveClient
internal import SystemPackage

/// The tokens of a jobserver.
///
/// It waits by poll(2) and only for a moment, so that a waiting thread can be told to end; it uses what it
/// reads at once; one thread asks at a time.
final class JobserverTokens: TokenSource {
    private static let momentMilliseconds: CInt = 100

    private let jobserver: Jobserver
    private let waiting: Descriptor

    init(_ jobserver: Jobserver) throws(PackError) {
        self.jobserver = jobserver
        do { waiting = try openReadWrite(jobserver.path) } catch {
            throw .cannot("open the jobserver", path: Array(jobserver.path.utf8), error)
        }
    }

    func acquire() -> CompressionToken? {
        var request = pollfd(fd: waiting.raw, events: Int16(POLLIN), revents: 0)
        // Safe: the request lives on this stack frame for the call.
        guard unsafe poll(&request, 1, Self.momentMilliseconds) > 0 else { return nil }
        do {
            if let token = try jobserver.tryAcquire() { return CompressionToken(token) }
        } catch {
            // The server is gone: the calling thread goes on alone. This one must not spin.
            usleep(UInt32(Self.momentMilliseconds) * 1000)
        }
        return nil
    }
}
