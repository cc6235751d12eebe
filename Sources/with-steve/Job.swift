internal import Glibc
internal import Linux
internal import SystemPackage

/// The command as a child in its own process group, which has the terminal while this process would have it.
final class Job {
    let pid: Int32
    private let terminal: ControllingTerminal?
    /// Whether the job's group should be in the foreground whenever ours would be.
    private var wantsTerminal: Bool
    private var hasTerminal: Bool

    /// Starts the program.
    ///
    /// In a pipeline (`with-steve make | less`) the terminal stays with our group, where the others need it,
    /// until the command reads from it.
    init(_ program: Program) throws(Errno) {
        terminal = try? ControllingTerminal()
        wantsTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        hasTerminal = wantsTerminal && Self.isForeground(terminal)
        do throws(Errno) {
            pid =
                try hasTerminal
                ? program.startJob(foregroundOf: terminal) : program.startJob(foregroundOf: nil)
        } catch {
            // The child may have come so far as to take it.
            if hasTerminal { try? terminal?.bring(toForeground: getpgrp()) }
            throw error
        }
    }

    /// Passes a signal on to the group; SIGCONT with the terminal, where this process was given it.
    func pass(_ signal: CInt) {
        if signal == SIGCONT, wantsTerminal { _ = giveTerminal() }
        kill(-pid, signal)
    }

    /// The command has stopped: then this process stops too, for the shell that started it, unless nobody
    /// would notice.
    func stopped(by signal: CInt) {
        if signal == SIGTTIN || signal == SIGTTOU {
            wantsTerminal = true
            // It is ours to give.
            if giveTerminal() {
                kill(-pid, SIGCONT)
                return
            }
        }
        guard hasShell else {
            // The kernel treats a group that nobody would continue in the same way; an explicit SIGSTOP still
            // stops it.
            if signal != SIGSTOP { kill(-pid, SIGCONT) }
            return
        }
        takeTerminalBack()
        // The keyboard would have stopped the others of our group as well. Here it is blocked, SIGSTOP cannot
        // be.
        if signal == SIGTSTP { kill(0, SIGTSTP) }
        kill(getpid(), SIGSTOP)
    }

    /// Takes the terminal back from a command that has stopped or ended.
    func takeTerminalBack() {
        guard hasTerminal else { return }
        hasTerminal = false
        try? terminal?.bring(toForeground: getpgrp())
    }

    /// Puts the command into the foreground if this process is there; false when it is not.
    private func giveTerminal() -> Bool {
        guard Self.isForeground(terminal) else { return false }
        do throws(Errno) {
            try terminal?.bring(toForeground: pid)
            hasTerminal = true
            return true
        } catch {
            return false
        }
    }

    /// Whether a process of this session, as a shell would be, started this one and may continue it.
    private var hasShell: Bool { getppid() > 0 && getsid(getppid()) == getsid(0) }

    private static func isForeground(_ terminal: borrowing ControllingTerminal?) -> Bool {
        switch terminal {
        case .some(let terminal): terminal.foreground == getpgrp()
        case .none: false
        }
    }
}
