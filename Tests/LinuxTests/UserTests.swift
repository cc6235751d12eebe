internal import Linux
internal import Testing

@Suite struct UserTests {
    @Test(
        arguments: [
            ("         0      12345          1\n", 0, 12345), ("         0      12345          1\n", 1, nil),
            ("0 1000 1\n1 100000 65536\n", 7, 100_006), ("0 0 4294967295\n", 12, 12), ("", 0, nil),
        ] as [(String, UInt32, UInt32?)]
    )
    func aUserOfANamespaceIsSomebodyOutside(map: String, user: UInt32, outside: UInt32?) {
        #expect(parse(map) { User.number(of: user, inMap: $0) } == outside)
    }

    @Test(
        arguments: [
            ("proc rw", false), ("proc rw,hidepid=0", false), ("proc rw,hidepid=2", true),
            ("proc rw,gid=7,hidepid=invisible", true),
        ]
    )
    func whoseProcessesAreHiddenIsReadFromTheMount(options: String, isHidden: Bool) {
        let root = "1 0 8:1 / / rw,relatime - ext4 /dev/sda rw,hidepid=2\n"
        let proc = "22 1 0:21 / /proc rw,nosuid shared:5 - proc \(options)\n"
        #expect(ProcFS.hidesProcesses(inMountInfo: root + proc) == isHidden)
    }
}
