internal import CLinux
internal import Glibc
package import SystemPackage

/// A program with its arguments and environment, ready to be run.
///
/// Words are bytes, not text: a file name on a command line need not be UTF-8, and must arrive unchanged.
package struct Program: Sendable {
    /// The program's name, looked up in PATH when it has no slash, and its arguments.
    package var words: [[UInt8]]
    /// The environment as `NAME=value`; nil for this process' own.
    package var environment: [[UInt8]]?

    package init(words: [[UInt8]], environment: [[UInt8]]? = nil) {
        self.words = words
        self.environment = environment
    }

    /// The same from text.
    package init(_ words: [String], environment: [String]? = nil) {
        self.init(words: words.map { Array($0.utf8) }, environment: environment?.map { Array($0.utf8) })
    }

    /// The command line of this process, byte for byte; `CommandLine.arguments` repairs what is no UTF-8.
    package static var ownWords: [[UInt8]] {
        // Safe: the argument vector is set before `main`, and this program never writes to it.
        (0..<Int(CommandLine.argc)).map { index in
            unsafe CommandLine.unsafeArgv[index].map { word in
                unsafe Array(
                    UnsafeBufferPointer(start: word, count: strlen(word)).map(UInt8.init(bitPattern:))
                )
            } ?? []
        }
    }

    /// The path that this process was started by, which may be a link to its program; nil where the kernel
    /// does not say, or says a descriptor's.
    ///
    /// The corresponding C function is `getauxval` with AT_EXECFN.
    package static var ownPath: String? {
        // Safe: the kernel has put the text on the first stack, where it stays.
        guard let text = unsafe clinux_executed_path() else { return nil }
        let path = unsafe String(cString: text)
        let isDescriptor = path.hasPrefix("/proc/") || path.hasPrefix("/dev/")
        guard path.hasPrefix("/"), !isDescriptor else { return nil }
        let own = try? FileStatus(ofPath: "/proc/self/exe", following: true).identity
        return own != nil && (try? FileStatus(ofPath: path, following: true).identity) == own ? path : nil
    }

    /// Starts the program and returns its pid; whoever starts it waits for its end.
    ///
    /// The child has no blocked signals, reads from /dev/null, and of the descriptors that are closed on exec
    /// only the `inherited` ones, under the same numbers. `output` is lent as its standard output. With
    /// `ownSession` no terminal's signals reach it. The corresponding C function is `posix_spawnp`.
    package func start(
        inheriting inherited: [CInt] = [],
        output: CInt? = nil,
        ownSession: Bool = false
    ) throws(Errno) -> Int32 {
        var pid: pid_t = 0
        // Safe: the vectors live until the call returns, and the child has its own copy by then.
        let result = try unsafe withVectors { arguments, environment in
            unsafe clinux_spawn(
                &pid,
                arguments,
                environment,
                output ?? -1,
                inherited,
                CInt(inherited.count),
                ownSession ? CLINUX_OWN_SESSION : CLINUX_SAME_SESSION,
                -1
            )
        }
        _ = try check(result)
        return pid
    }

    /// Makes this process the program.
    ///
    /// Returns only when that fails: ENOENT when there is no such program, EACCES when it may not be run. Its
    /// signals are unblocked, unless they are kept blocked. The corresponding C function is `execvpe`.
    package func replaceThisProcess(keepingSignalsBlocked: Bool = false) -> Errno {
        do throws(Errno) {
            // Safe: the vectors live until the call returns, and it returns only when it failed.
            _ = try check(
                try unsafe withVectors { unsafe clinux_exec($0, $1, keepingSignalsBlocked ? 1 : 0) }
            )
            return .invalidArgument
        } catch {
            return error
        }
    }

    typealias Vector = UnsafePointer<UnsafeMutablePointer<CChar>?>

    /// Lends the words and the environment as C wants them.
    func withVectors(_ body: (Vector, Vector) -> CInt) throws(Errno) -> CInt {
        // A zero inside a word would cut it: the program would do something else than what was asked.
        guard !words.isEmpty, (words + (environment ?? [])).allSatisfy({ !$0.contains(0) }) else {
            throw .invalidArgument
        }
        return try unsafe withVector(words) { (arguments) throws(Errno) in
            guard let environment else {
                // Safe: the environment is changed by nobody while this program starts another.
                return unsafe body(arguments, environ)
            }
            return unsafe try withVector(environment) { (variables) throws(Errno) in
                unsafe body(arguments, variables)
            }
        }
    }

    /// Lends copies of the words, each ended by a zero, in a list that ends with a null.
    private func withVector(
        _ words: [[UInt8]],
        _ body: (Vector) throws(Errno) -> CInt
    ) throws(Errno) -> CInt {
        var copies: [UnsafeMutablePointer<CChar>?] = unsafe []
        // Safe: each copy is freed here, after the body.
        defer { unsafe copies.forEach { unsafe free($0) } }
        for word in words {
            let terminated = word.map(CChar.init(bitPattern:)) + [0]
            unsafe copies.append(strdup(terminated))
        }
        unsafe copies.append(nil)
        return try unsafe copies.withUnsafeBufferPointer { (list) throws(Errno) in
            guard let base = list.baseAddress else { throw .noMemory }
            return try unsafe body(base)
        }
    }
}
