/// How a program reads its own short and long options, as far as it takes to find `-jN` among them.
package struct OptionGrammar: Sendable {
    /// Letters whose argument is the rest of the word, else the next word.
    let required: String
    /// Letters whose argument is the rest of the word, else nothing.
    let optional: String
    /// Letters that also take the next word when it is a number.
    let numeric: String
    /// Letters after whose argument the program's own options are over.
    let last: String
    /// Long options whose argument follows `=`, else is the next word.
    let longRequired: Set<String>
    /// Long options that also take the next word when it is a number.
    let longNumeric: Set<String>
    /// The long form of `-j`.
    var longJobs = "jobs"

    /// GNU make's options, including those that travel in MAKEFLAGS.
    package static let make = OptionGrammar(
        required: "CEfIoW",
        optional: "jlO",
        numeric: "jl",
        last: "",
        longRequired: [
            "assume-new", "assume-old", "directory", "eval", "file", "include-dir", "jobserver-auth",
            "jobserver-fds", "jobserver-style", "makefile", "new-file", "old-file", "sync-mutex", "what-if",
        ],
        longNumeric: ["jobs", "load-average", "max-load"]
    )

    /// ninja's options.
    package static let ninja = OptionGrammar(
        required: "dfjklwCt",
        optional: "",
        numeric: "",
        last: "t",
        longRequired: [],
        longNumeric: []
    )

    /// Those of `cmake --build`.
    package static let cmakeBuild = OptionGrammar(
        required: "t",
        optional: "j",
        numeric: "j",
        last: "",
        longRequired: ["build", "preset", "target", "config"],
        longNumeric: ["parallel"],
        longJobs: "parallel"
    )

    /// Those of `meson compile`.
    package static let mesonCompile = OptionGrammar(
        required: "Cjl",
        optional: "",
        numeric: "",
        last: "",
        longRequired: ["jobs", "load-average", "ninja-args", "vs-args", "xcode-args"],
        longNumeric: []
    )
}
