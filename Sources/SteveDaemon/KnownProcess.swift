internal import Vocabulary
internal import Jobserver
internal import Linux

/// A process that uses the device or that a wrapper registered, from its first request to its end.
final class KnownProcess {
    let pid: ProcessID
    /// Readable from the process' end on.
    let descriptor: ProcessDescriptor
    let client: ClientID
    let build: BuildID
    /// Its number in the history.
    let number: Int
    /// Its parent when it came.
    let parent: ProcessID?
    /// The dispatcher whose package it builds.
    let dispatcher: ProcessID?
    /// The user as whom it runs.
    let user: UInt32
    /// Threads other than the main one that have been looked up.
    var threads: [ThreadID] = []
    /// A wrapper made it a user: it has a slot of its own.
    var isRegistered = false
    /// Its token as a wrapped command, if it is to have one.
    var slot: WrapperSlot?
    /// Until this time it is known to have no slot to lend.
    var hasNoSlotUntil: MonotonicTime?
    /// Whether a warning about bytes that stand for no token has been logged.
    var hasBeenWarned = false
    /// Until this time its command is read again: a wrapper will execute another program.
    ///
    /// A process that stays what it is must not cost every status a look into /proc.
    private var mayChangeUntil: MonotonicTime?
    private var lastCommand: String

    init(_ newcomer: Newcomer, _ descriptor: consuming ProcessDescriptor, _ account: Account) {
        pid = newcomer.pid
        parent = newcomer.parent
        dispatcher = newcomer.dispatcher
        user = newcomer.user
        lastCommand = newcomer.command
        self.descriptor = descriptor
        (client, build, number) = (account.client, account.build, account.number)
    }

    /// Whether it has the token for its slot, or still waits for it.
    var hasSlot: Bool { slot?.isWaiting == false }
    var waitsForSlot: Bool { slot?.isWaiting == true }

    /// Its command line as it was at first, or, for a wrapper, that of the command that it executed.
    ///
    /// It is read while the process lives, because people who look back want to see it afterwards. It is
    /// seldom read again, because for 200 holders that is most of what a status costs.
    var command: String {
        lookAgain()
        return lastCommand
    }

    /// It has registered or got its token, and may become another program now.
    func expectExec() {
        readCommand()
        mayChangeUntil = .now + Self.wrappingNanoseconds
    }

    /// Asks what a wrapper is by now, until it is something else.
    func lookAgain() {
        guard let mayChangeUntil else { return }
        let before = lastCommand
        readCommand()
        if lastCommand != before || mayChangeUntil < .now { self.mayChangeUntil = nil }
    }

    /// No machine is so busy that it takes longer from the token to the command.
    private static let wrappingNanoseconds: Int64 = 60_000_000_000

    private func readCommand() {
        // A zombie has none any more.
        guard !descriptor.hasEnded else { return }
        let command = ProcFS.commandLine(of: pid.number)
        if !command.isEmpty { lastCommand = command }
    }
}
