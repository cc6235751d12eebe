/// A variable in which some tool reads a number of jobs, and what with-steve does with it.
package struct JobVariable: Equatable, Sendable {
    /// What with-steve does.
    package enum Fate: Equatable, Sendable {
        /// The number is removed: the tool below would start that many jobs without tokens.
        case taken(Cut)
        /// It stays, and one line says so: the tool is no client, and the number is all that limits it.
        case said
        /// It stays: it does no harm.
        case left
    }

    /// What is removed.
    package enum Cut: Equatable, Sendable {
        /// The variable.
        case whole
        /// The `-jN` among such a program's options.
        case option(KnownProgram)
    }

    package let name: String
    package let fate: Fate
    /// Why, as a sentence about the tool.
    package let reason: String

    private init(_ name: String, _ fate: Fate, _ reason: String) {
        (self.name, self.fate, self.reason) = (name, fate, reason)
    }

    /// All that we know of; MAKEFLAGS itself counts only if it names the jobserver.
    package static let all: [JobVariable] = [
        .init(
            "MAKEOPTS",
            .taken(.option(.make)),
            "what puts it on make's command line switches the jobserver off"
        ),
        .init(
            "NINJAOPTS",
            .taken(.option(.ninja)),
            "what puts it on ninja's command line switches the jobserver off"
        ),
        .init(
            "NINJAFLAGS",
            .taken(.option(.ninja)),
            "what puts it on ninja's command line switches the jobserver off"
        ),
        .init(
            "CMAKE_BUILD_PARALLEL_LEVEL",
            .taken(.whole),
            "cmake --build puts it as -jN on the command line of make or ninja, which switches the jobserver off"
        ),
        .init("SCONSFLAGS", .said, "SCons knows no jobserver: so many jobs run beside the tokens"),
        .init(
            "MESON_NUM_PROCESSES",
            .said,
            "meson test knows no jobserver: so many tests run beside the tokens"
        ),
        .init(
            "MESON_TESTTHREADS",
            .said,
            "meson test knows no jobserver: so many tests run beside the tokens"
        ),
        .init("DEB_BUILD_OPTIONS", .said, "debhelper puts its parallel=N on make's command line"),
        .init("RPM_BUILD_NCPUS", .said, "rpmbuild puts it as -jN on make's command line"),
        .init("GNUMAKEFLAGS", .left, "beside a jobserver in MAKEFLAGS make overlooks a -jN in it"),
        .init(
            "CTEST_PARALLEL_LEVEL",
            .left,
            "ctest takes a token for each test beyond the first, since 3.29"
        ),
        .init(
            "CARGO_BUILD_JOBS",
            .left,
            "under a jobserver cargo overlooks it but for NUM_JOBS of build scripts"
        ),
        .init("GOFLAGS", .left, "Go knows no jobserver, and its -p=N is all that limits it"),
        .init("GOMAXPROCS", .left, "Go knows no jobserver, and this is all that limits it"),
    ]

    /// Whether a value says a number of jobs at all.
    package func counts(_ value: String) -> Bool {
        switch name {
        case "MAKEOPTS", "GNUMAKEFLAGS", "SCONSFLAGS": Self.hasJobs(value, .make)
        case "NINJAOPTS", "NINJAFLAGS": Self.hasJobs(value, .ninja)
        case "GOFLAGS": value.split(separator: " ").contains { $0.hasPrefix("-p=") || $0.hasPrefix("--p=") }
        case "DEB_BUILD_OPTIONS":
            value.split { $0 == " " || $0 == "," }.contains {
                $0.hasPrefix("parallel=") && $0 != "parallel=1"
            }
        default: !value.isEmpty && value != "1"
        }
    }

    private static func hasJobs(_ value: String, _ grammar: OptionGrammar) -> Bool {
        let words = value.split(whereSeparator: \.isWhitespace).map(String.init)
        return !OptionScan(words, grammar: grammar, keepsSerial: true).droppedJobs.isEmpty
    }
}
