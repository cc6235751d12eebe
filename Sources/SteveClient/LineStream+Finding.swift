internal import Glibc
internal import Linux
internal import SystemPackage
internal import Wire

extension LineStream {
    /// Connects with the first daemon of that name that listens where one for this environment would.
    static func find(_ name: DeviceName, environment: [String: String]) throws(ControlFailure) -> LineStream {
        let directories = RuntimeDirectory.candidates(environment: environment, user: geteuid())
        let paths = directories.map { RuntimeDirectory.socket(name, in: $0) }
        var failure = ControlFailure.noDaemon(device: name.description, lookedAt: paths)
        for path in paths {
            do throws(ControlFailure) {
                if let stream = try LineStream.connect(path) { return stream }
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// A connection with the listener at the path, nil when there is none.
    private static func connect(_ path: String) throws(ControlFailure) -> LineStream? {
        let stream: LineStream
        do throws(Errno) {
            stream = try LineStream(connectingTo: path)
        } catch {
            switch error {
            case .noSuchFileOrDirectory, .notDirectory, .connectionRefused: return nil
            case .timedOut: throw .noAnswer(path: path, seconds: LineStream.patienceSeconds)
            default: throw .cannotConnect(path: path, error)
            }
        }
        // Anybody can make a directory in /tmp before us; below /run only root and the user can.
        guard !path.hasPrefix("/tmp/steve-") || stream.owner == 0 || stream.owner == geteuid() else {
            throw .untrusted(path: path, user: stream.owner)
        }
        return stream
    }
}
