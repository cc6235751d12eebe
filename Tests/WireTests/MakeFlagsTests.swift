internal import Testing

@testable import Wire

@Suite struct MakeFlagsTests {
    /// The flags of a caller, and those that the command gets beside ` --jobserver-auth=fifo:/dev/steve`.
    static let kept: [(caller: String, kept: String)] = [
        ("", ""),
        ("   ", ""),
        ("ks", " -ks"),
        ("kj8s", " -k"),
        ("kj8", " -k"),
        (" -j8 --jobserver-auth=3,4", ""),
        ("s -j --jobserver-fds=3,4 -j --jobserver-auth=fifo:/tmp/GMfifo1 -k", " -s -k"),
        ("-j 8 -k", " -k"),
        ("-j -k", " -k"),
        ("--jobs=8 --jobs 4 --jobs -k", " -k"),
        ("--jobserver-auth fifo:/x -k", " -k"),
        (#"-k\ j8"#, #" -k\ "#),
        ("-l 4 -l2.5", " -l 4 -l2.5"),
        ("-I j4 -Ij4 -C -j4", " -I j4 -Ij4 -C -j4"),
        (
            "-Oline --sync-mutex=fnm:/tmp/m --no-print-directory",
            " -Oline --sync-mutex=fnm:/tmp/m --no-print-directory"
        ),
        (#"-I a\ b -j3"#, #" -I a\ b"#),
        ("CC=gcn -j3", " CC=gcn"),
        ("k -j4 -- CFLAGS=-j4  A=b\\ -j2", " -k -- CFLAGS=-j4  A=b\\ -j2"),
        ("-- -j4", " -- -j4"),
    ]

    @Test(arguments: kept)
    func joiningKeepsAllButJobsAndOtherJobservers(caller: String, kept: String) {
        let value = MakeFlags(caller).joining(path: "/dev/steve")
        #expect(String(decoding: value, as: UTF8.self) == " --jobserver-auth=fifo:/dev/steve" + kept)
    }

    @Test(arguments: kept.map(\.caller))
    func joiningTwiceIsJoiningOnce(caller: String) {
        let once = MakeFlags(caller).joining(path: "/dev/steve")
        #expect(MakeFlags(once).joining(path: "/dev/steve") == once)
        #expect(MakeFlags(once).names(path: "/dev/steve"))
        #expect(!MakeFlags(once).names(path: "/dev/steve2"))
    }

    @Test(arguments: [
        ("-j8", nil),
        ("--jobserver-auth=3,4", "3,4"),
        ("--jobserver-auth=fifo:/a --jobserver-fds=fifo:/b", "fifo:/b"),
        ("-k -- X=--jobserver-auth=fifo:/a", nil),
        ("-- --jobserver-auth=fifo:/a", nil),
        (#"--jobserver-auth=fifo:/a\ b\\$$c"#, #"fifo:/a b\$c"#),
    ])
    func theLastJobserverCounts(value: String, jobserver: String?) {
        #expect(MakeFlags(value).jobserver == jobserver)
    }

    @Test func aPathWithBlanksIsReadBack() {
        let path = #"/run/user/7/a b\c$d"#
        #expect(MakeFlags(MakeFlags("").joining(path: path)).names(path: path))
    }
}
