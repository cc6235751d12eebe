internal import Glibc
internal import Ledger
internal import Linux
internal import SystemPackage

/// Another program in the place of this one: same process, same descriptors, same ledger.
extension Keeper {
    /// The exit status of a program that knows the ledger: any other program may end with 0 for words that it does not know.
    package static let goesOn: Int32 = 115

    private static let variable = "_STEVE_LEDGER"

    /// Whether this program knows the layout of the ledger under that number: what a keeper asks a program before it becomes it.
    package static func knows(ledger number: CInt) -> Bool {
        (try? ServerLedger(Descriptor(owning: number))) != nil
    }

    static var ownProgram: String { (try? linkTarget("/proc/self/exe")) ?? "" }

    /// The ledger of the program that this process was before.
    static var inheritedLedger: ServerLedger? {
        guard let number = Environment.current[variable].flatMap({ CInt($0) }) else { return nil }
        return try? ServerLedger(Descriptor(owning: number))
    }

    /// Asks what is at the daemon's path now whether it can go on.
    func tryProgram() {
        guard trial == nil else { return }
        let number = estate.ledger.memory.raw
        do throws(Errno) {
            trial = try Program([program, "--check-ledger", "\(number)"]).start(inheriting: [number])
        } catch {
            Log.note("no upgrade: cannot run \(program): \(error)")
        }
    }

    /// Becomes that program, if it can.
    func upgrade(after end: ProcessEnd) {
        trial = nil
        guard end == .exited(Self.goesOn) else {
            return Log.note("no upgrade: asked whether it can go on, \(program) \(end.sentence)")
        }
        guard let former = try? Descriptor.ownProgram() else {
            return Log.note("no upgrade: this program cannot be kept to go back to")
        }
        Log.note("going on as what is at \(program) now")
        estate.ledger[.formerProgram] = UInt64(former.raw)
        let error = Self.become(program, estate.ledger) { estate.bequeath() }
        estate.ledger[.formerProgram] = 0
        estate.bequeath(false)
        Log.note("no upgrade: cannot run \(program): \(error)")
    }

    /// Becomes the program that it was before the last upgrade; returns when that fails.
    static func goBack(_ estate: Estate) {
        goBack(estate.ledger) { estate.bequeath() }
    }

    /// The same before there is an estate: all is still inherited.
    static func goBack(_ ledger: ServerLedger, _ prepare: () -> Void = {}) {
        let former = ledger[.formerProgram]
        guard former != 0 else { return }
        ledger[.formerProgram] = 0
        Log.note("cannot go back: \(become("/proc/self/fd/\(former)", ledger, prepare))")
    }

    private static func become(_ program: String, _ ledger: ServerLedger, _ prepare: () -> Void) -> Errno {
        prepare()
        Descriptor.inherit(ledger.memory.raw, true)
        let words = [Array(program.utf8)] + Program.ownWords.dropFirst()
        let rest = Environment.current.filter { $0.key != variable }.map { "\($0.key)=\($0.value)" }
        let environment = rest + ["\(variable)=\(ledger.memory.raw)"]
        return Program(words: words, environment: environment.map { Array($0.utf8) }).replaceThisProcess()
    }
}
