internal import Testing

@testable import Wire

@Suite struct RuntimeDirectoryTests {
    private func paths(_ environment: [String: String], user: UInt32, isRoot: Bool = false) -> [String] {
        RuntimeDirectory.places(environment: environment, user: user, isRoot: isRoot).map(\.path)
    }

    @Test func everybodyTriesTheMachinesFirstThenTheSessionsThenTheirOwn() {
        let session = ["XDG_RUNTIME_DIR": "/run/user/7"]
        #expect(paths(session, user: 7) == ["/run/steve", "/run/user/7/steve", "/tmp/steve-7"])
        #expect(paths(["XDG_RUNTIME_DIR": ""], user: 7) == ["/run/steve", "/tmp/steve-7"])
        #expect(paths([:], user: 0, isRoot: true) == ["/run/steve", "/tmp/steve-0"])
        // Root of a user namespace counts as the user that it is outside.
        #expect(paths([:], user: 7, isRoot: true) == ["/run/steve", "/tmp/steve-7"])
    }

    @Test func oneVariableOverridesAll() {
        #expect(paths(["STEVE_RUNTIME_DIR": "/t", "XDG_RUNTIME_DIR": "/x"], user: 7) == ["/t"])
        #expect(RuntimeDirectory.socket(.steve, in: "/t") == "/t/steve.sock")
    }

    @Test func othersFindTheirWayIntoRootsDirectoryAndNotIntoAUsers() {
        let session = ["XDG_RUNTIME_DIR": "/x"]
        let root = RuntimeDirectory.places(environment: session, user: 0, isRoot: true)
        #expect(root.map(\.mode) == [0o755, 0o755, 0o755])
        let user = RuntimeDirectory.places(environment: session, user: 7, isRoot: false)
        #expect(user.map(\.mode) == [0o755, 0o700, 0o700])
        #expect(user.map(\.parent) == [nil, "/x", nil])
    }
}
