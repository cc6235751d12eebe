internal import Testing

@testable import Wire

@Suite struct RuntimeDirectoryTests {
    @Test func rootAndWhoeverMayWriteThereUseTheSystemDirectory() {
        #expect(
            RuntimeDirectory.own(environment: ["XDG_RUNTIME_DIR": "/x"], user: 0, systemIsWritable: false)
                == "/run/steve"
        )
        #expect(RuntimeDirectory.own(environment: [:], user: 555, systemIsWritable: true) == "/run/steve")
    }

    @Test func othersUseTheirOwn() {
        let session = ["XDG_RUNTIME_DIR": "/run/user/7"]
        #expect(
            RuntimeDirectory.own(environment: session, user: 7, systemIsWritable: false)
                == "/run/user/7/steve"
        )
        #expect(
            RuntimeDirectory.own(environment: ["XDG_RUNTIME_DIR": ""], user: 7, systemIsWritable: false)
                == "/tmp/steve-7"
        )
    }

    @Test func clientsLookForTheMachinesDaemonFirst() {
        #expect(RuntimeDirectory.candidates(environment: [:], user: 7) == ["/run/steve", "/tmp/steve-7"])
    }

    @Test func oneVariableOverridesAll() {
        let environment = ["STEVE_RUNTIME_DIR": "/t", "XDG_RUNTIME_DIR": "/x"]
        #expect(RuntimeDirectory.own(environment: environment, user: 0, systemIsWritable: true) == "/t")
        #expect(RuntimeDirectory.candidates(environment: environment, user: 7) == ["/t"])
        #expect(RuntimeDirectory.socket(.steve, in: "/t") == "/t/steve.sock")
    }

    @Test(arguments: RuntimeDirectoryTests.users)
    func whereADaemonIsItsClientsLook(user: UInt32, writable: Bool, environment: [String: String]) {
        let own = RuntimeDirectory.own(environment: environment, user: user, systemIsWritable: writable)
        #expect(RuntimeDirectory.candidates(environment: environment, user: user).contains(own))
    }

    static let users: [(UInt32, Bool, [String: String])] = [
        (0, true, [:]), (7, false, [:]), (7, true, [:]), (7, false, ["XDG_RUNTIME_DIR": "/x"]),
        (0, false, ["STEVE_RUNTIME_DIR": "/t"]),
    ]
}
