internal import Linux
internal import SystemPackage
internal import Wire

/// A jobserver that MAKEFLAGS names: steve's, or any other that speaks GNU make's protocol through a path.
///
/// A process owns one slot from its start, its *implicit* one; it takes a ``Token`` for each further job that
/// it runs at the same time.
///
/// ```swift
/// let jobserver = try Jobserver()
/// let token = try jobserver.acquire()
/// compile(file)
/// _ = consume token  // or let it go out of scope
/// ```
public final class Jobserver: Sendable {
    /// Where the tokens are.
    public let path: String

    // Two opens, since whether a read waits belongs to the open file and not to the read.
    private let waiting: ByteFile
    private let trying: ByteFile

    /// Opens the jobserver that MAKEFLAGS names.
    public convenience init() throws(JobserverFailure) {
        try self.init(environment: Environment.current)
    }

    /// Opens the jobserver that MAKEFLAGS names in this environment.
    public convenience init(environment: [String: String]) throws(JobserverFailure) {
        guard let flags = environment["MAKEFLAGS"] else { throw .noVariable }
        guard let named = MakeFlags(flags).jobserver else { throw .noJobserver }
        guard named.hasPrefix("fifo:") else {
            let isPair = named.allSatisfy { $0.isNumber || $0 == "," || $0 == "-" }
            throw isPair ? .unsupported(named) : .malformed(named)
        }
        guard named.utf8.count > 5 else { throw .malformed(named) }
        try self.init(path: String(named.dropFirst(5)))
    }

    /// Opens the jobserver at a path, such as `/dev/steve`.
    public init(path: String) throws(JobserverFailure) {
        self.path = path
        do throws(Errno) {
            waiting = try ByteFile(path, waiting: true)
            trying = try ByteFile(path, waiting: false)
        } catch {
            throw .cannotOpen(path: path, error)
        }
    }

    /// Takes a token, and waits for it as long as it takes.
    public func acquire() throws(JobserverFailure) -> Token {
        Token(of: self, try byte { () throws(Errno) in try waiting.read() })
    }

    /// Takes a token if there is one now.
    public func tryAcquire() throws(JobserverFailure) -> Token? {
        do throws(JobserverFailure) {
            return Token(of: self, try byte { () throws(Errno) in try trying.read() })
        } catch {
            guard case .cannotRead(_, .resourceTemporarilyUnavailable) = error else { throw error }
            return nil
        }
    }

    private func byte(_ read: () throws(Errno) -> UInt8?) throws(JobserverFailure) -> UInt8 {
        let byte: UInt8?
        do throws(Errno) {
            byte = try read()
        } catch {
            throw .cannotRead(path: path, error)
        }
        guard let byte else { throw .ended(path: path) }
        return byte
    }

    /// Puts a token back.
    func takeBack(_ byte: UInt8) {
        // Nothing could be done about a failure: the jobserver is gone, and with it the token.
        try? trying.write(byte)
    }
}

/// The right to run one more job at the same time; it gives itself back when it is no longer used.
public struct Token: ~Copyable, Sendable {
    private let jobserver: Jobserver
    private let byte: UInt8

    init(of jobserver: Jobserver, _ byte: UInt8) {
        self.jobserver = jobserver
        self.byte = byte
    }

    /// Gives the token back now.
    public consuming func release() {}

    deinit {
        jobserver.takeBack(byte)
    }
}
