internal import Testing

@testable import Wire

/// Finds the command behind programs that only run it.
@Suite struct CommandChainTests {
    @Test(arguments: [
        ("make -j8", "make -j8"),
        ("sudo -u portage env A=b nice -n 5 /usr/bin/emerge @world", "/usr/bin/emerge @world"),
        ("with-steve make", "make"),
        ("/usr/bin/with-steve -j8 -l 4 --weight a=2 --log=x --fleet 3 --summary -v -- nice make", "make"),
        ("stevectl run --device other make", "make"),
        ("with-steve stevectl run -- with-steve make all", "make all"),
        // A command that keeps its -jN stays as it is, and so does one that runs no other.
        ("with-steve --keep-j make -j8", "with-steve --keep-j make -j8"),
        ("stevectl run --keep-j make -j8", "stevectl run --keep-j make -j8"),
        ("stevectl status", "stevectl status"),
        ("stevectl", "stevectl"),
        ("with-steve", "with-steve"),
    ])
    func isFound(line: String, command: String) {
        let words = line.split(separator: " ").map(String.init)
        #expect(CommandChain(words).command.joined(separator: " ") == command)
    }
}
