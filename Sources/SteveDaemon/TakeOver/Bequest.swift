internal import Glibc
internal import Linux
internal import Wire

/// What a program of the keeper's process leaves to the next one, in an environment variable.
///
/// Not in the ledger: a server, which may run as another user and be under an attacker's control, can write
/// there, and the keeper is root.
struct Bequest {
    /// The server that still runs; 0: none does.
    var server: Int32 = 0
    /// The descriptor of the program to go back to; -1: there is none.
    var former: CInt = -1
    /// Where an upgrade looks for a program.
    var program: String
    var kind: UInt64
    var pathDescriptor: CInt
    var listener: CInt
    var lock: CInt
    var path: String
    /// The device's, whatever the settings say by now.
    var name: String

    static let variable = "_STEVE_KEEPER"

    /// The variable's value: for this process alone.
    var text: String {
        let numbers = [getpid(), server, former, pathDescriptor, listener, lock].map { "\($0)" }
        return (numbers + ["\(kind)", name, program, path]).joined(separator: "\n")
    }

    /// What another program of this process has left; nil: there was none.
    static var inherited: Bequest? { Environment.current[variable].flatMap(Bequest.init) }

    private init?(_ text: String) {
        let words = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 10, Int32(words[0]) == getpid(), let server = Int32(words[1]),
            let former = CInt(words[2]), let pathDescriptor = CInt(words[3]), let listener = CInt(words[4]),
            let lock = CInt(words[5]), let kind = UInt64(words[6])
        else { return nil }
        (self.server, self.former, self.kind) = (server, former, kind)
        (self.pathDescriptor, self.listener, self.lock) = (pathDescriptor, listener, lock)
        (name, program, path) = (words[7], words[8], words[9])
    }

    /// What a server has whose keeper was killed.
    init(
        name: DeviceName,
        kind: TokenPath.Kind,
        path: String,
        pathDescriptor: CInt,
        listener: CInt,
        lock: CInt
    ) {
        self.name = name.description
        self.kind = kind.rawValue
        program = Keeper.ownProgram
        (self.path, self.pathDescriptor, self.listener, self.lock) = (path, pathDescriptor, listener, lock)
    }

    init(of estate: Estate, listener: CInt, program: String) {
        name = estate.site.name.description
        kind = estate.path.kind.rawValue
        pathDescriptor = estate.path.raw
        self.listener = listener
        lock = estate.site.lock
        (self.program, path) = (program, estate.path.path)
    }
}
