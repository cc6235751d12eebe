/// The pool's account of one build.
struct Build {
    var weight: Double
    /// Tokens that its processes hold or have reserved.
    var holding = 0
    /// Its open files: a build with one is connected.
    var openFiles = 0
    /// Its living processes.
    var clients = 0
    /// When it was served last, on the scale of ages: else a build with many waiting processes, one of which
    /// has always waited long, would come before its equals.
    var served: UInt64 = 0
    /// Its processes that wait and may be granted a token, by rank.
    var waiting = Ranking()
}
