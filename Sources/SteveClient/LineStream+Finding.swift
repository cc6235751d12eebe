internal import Linux
internal import SystemPackage
internal import Wire

extension LineStream {
    /// Connects with the first daemon of that name that listens where a program with this environment would
    /// look.
    ///
    /// Skips a directory that others may change, because anybody may listen there.
    static func find(
        _ name: DeviceName,
        environment: [String: String],
        patienceMilliseconds: Int32 = patience
    ) throws(ControlFailure) -> LineStream {
        var lookedAt: [String] = []
        var failure: ControlFailure?
        for candidate in RuntimePlaces(environment).candidates {
            let path = RuntimeDirectory.socket(name, in: candidate.directory)
            if let flaw = candidate.flaw, !flaw.isHarmless {
                lookedAt.append("\(path), but not into it: \(flaw)")
                continue
            }
            lookedAt.append(path)
            do throws(ControlFailure) {
                if let stream = try connect(path, patienceMilliseconds) { return stream }
            } catch {
                failure = error
            }
        }
        throw failure ?? .noDaemon(device: name.description, lookedAt: lookedAt)
    }

    /// A connection with the listener at the path, nil when there is none.
    static func connect(
        _ path: String,
        _ patienceMilliseconds: Int32 = patience
    ) throws(ControlFailure) -> LineStream? {
        let stream: LineStream
        do throws(Errno) {
            stream = try LineStream(connectingTo: path, patienceMilliseconds: patienceMilliseconds)
        } catch {
            switch error {
            case .noSuchFileOrDirectory, .notDirectory, .connectionRefused: return nil
            case .timedOut: throw .noAnswer(path: path, seconds: LineStream.patienceSeconds)
            default: throw .cannotConnect(path: path, error)
            }
        }
        guard User.trusts(stream.owner) || isRootOutside(stream.owner, path) else {
            throw .untrusted(path: path, user: stream.owner)
        }
        return stream
    }

    /// Only root can put anything into the machine's own directory: so an owner without a number in this user
    /// namespace is root there.
    private static func isRootOutside(_ user: UInt32, _ path: String) -> Bool {
        path.hasPrefix(RuntimeDirectory.system + "/") && User.mayBeRootOutside(user)
            && (try? FileStatus(ofPath: RuntimeDirectory.system).user) == user
    }
}
