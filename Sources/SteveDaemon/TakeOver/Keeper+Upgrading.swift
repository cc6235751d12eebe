internal import Glibc
internal import Ledger
internal import Linux
internal import SystemPackage

/// Another program in place of this one: same process, same descriptors, same ledger.
extension Keeper {
    /// The exit status of a program that knows the ledger: any other program may end with 0 for words that it
    /// does not know.
    package static let goesOn: Int32 = 115

    private static let variable = "_STEVE_LEDGER"

    /// Whether this program knows the layout of the ledger under that number: what a keeper asks a program
    /// before it becomes it.
    ///
    /// Throws what a server could not begin with: the program before reads the same settings, so nobody could
    /// go back to it.
    package static func canGoOn(
        _ number: CInt,
        _ configuration: Configuration
    ) throws(DaemonError) -> Bool {
        try Daemon.check(configuration.settings)
        return (try? ServerLedger(Descriptor(owning: number))) != nil
    }

    /// Where an upgrade looks: a link may lead to another program by then.
    static var ownProgram: String { Program.ownPath ?? (try? linkTarget("/proc/self/exe")) ?? "" }

    /// The ledger of the program that this process was before.
    static var inheritedLedger: ServerLedger? {
        guard let number = Environment.current[variable].flatMap({ CInt($0) }) else { return nil }
        return try? ServerLedger(Descriptor(owning: number))
    }

    /// Asks the program that is now at the daemon's path whether it can go on.
    func tryProgram() {
        // One that hangs is in no other's way.
        if let trial { kill(trial.pid, SIGKILL) }
        let number = estate.ledger.memory.raw
        do throws(Errno) {
            // With its own words: it reads the settings that it will run with.
            let words = [program, "--check-ledger", "\(number)"].map { Array($0.utf8) }
            let asked = Program(words: words + Program.ownWords.dropFirst())
            let file = programFile
            trial = (try asked.start(inheriting: [number]), trialEnd, file)
        } catch {
            Log.note("no upgrade: cannot run \(program): \(error)")
        }
    }

    /// What is at the daemon's path.
    private var programFile: FileIdentity? { (try? FileStatus(ofPath: program, following: true))?.identity }

    /// Becomes that program, if it can.
    func upgrade(after end: ProcessEnd) {
        let asked = trial?.file
        trial = nil
        guard end == .exited(Self.goesOn) else {
            return Log.note("no upgrade: asked whether it can go on, \(program) \(end.sentence)")
        }
        guard asked != nil, asked == programFile else {
            return Log.note("no upgrade: \(program) was replaced while it was asked; upgrade again")
        }
        // The server of any program would find only a part.
        guard estate.ledger[.isIncomplete] == 0 else {
            return Log.note(
                "no upgrade: there is more to remember than the ledger has rows for, and the next server could not "
                    + "go on; upgrade when fewer have \(estate.path.path) open (fuser -v shows who)"
            )
        }
        guard keepProgram() else {
            return Log.note("no upgrade: this program cannot be kept to go back to")
        }
        Log.note("going on as what is at \(program) now")
        var bequest = estate.bequest(program)
        (bequest.server, bequest.former) = (serverPID, former)
        estate.leave()
        let error = Self.become(program, estate.ledger, bequest)
        estate.leave(false)
        Log.note("no upgrade: cannot run \(program): \(error)")
    }

    /// Keeps a program to go back to: this one, once its server has lived long enough, and until then the one
    /// that it would go back to itself.
    private func keepProgram() -> Bool {
        if former >= 0 {
            if isOnTrial { return true }
            _ = Descriptor(owning: former)
        }
        former = (try? Descriptor.ownProgram())?.release() ?? -1
        return former >= 0
    }

    /// Becomes the program that it was before the last upgrade; returns when that fails.
    func goBack() {
        guard former >= 0 else { return }
        let place = "/proc/self/fd/\(former)"
        estate.leave()
        // For nobody to go back to.
        Descriptor.inherit(former, false)
        var bequest = estate.bequest(program)
        bequest.server = serverPID
        Log.note("cannot go back: \(Self.become(place, estate.ledger, bequest))")
    }

    /// The same before there is an estate: all is still inherited.
    static func goBack(_ ledger: ServerLedger, _ bequest: Bequest) {
        guard bequest.former >= 0 else { return }
        var bequest = bequest
        let place = "/proc/self/fd/\(bequest.former)"
        Descriptor.inherit(bequest.former, false)
        bequest.former = -1
        Log.note("cannot go back: \(become(place, ledger, bequest))")
    }

    private static func become(_ program: String, _ ledger: ServerLedger, _ bequest: Bequest) -> Errno {
        Descriptor.inherit(ledger.memory.raw, true)
        let words = [Array(program.utf8)] + Program.ownWords.dropFirst()
        let rest = Environment.current.filter { ![variable, Bequest.variable].contains($0.key) }
            .map { "\($0.key)=\($0.value)" }
        let environment = rest + ["\(variable)=\(ledger.memory.raw)", "\(Bequest.variable)=\(bequest.text)"]
        // A signal that comes meanwhile waits until the next program listens.
        return Program(words: words, environment: environment.map { Array($0.utf8) })
            .replaceThisProcess(keepingSignalsBlocked: true)
    }
}
