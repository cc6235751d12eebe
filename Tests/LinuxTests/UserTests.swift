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
}
