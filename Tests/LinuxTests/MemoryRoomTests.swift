internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct MemoryRoomTests {
    @Test(arguments: [
        (1000, 300, 100, 800), (1000, 1300, 100, 0), (1000, 100, 300, 1000), (0, 0, 0, 0),
    ])
    func pageCacheIsNoUse(limit: Int, used: Int, cache: Int, expected: Int) {
        #expect(MemoryRoom.room(limit: limit, used: used, cache: cache) == expected)
    }

    /// Far below what any machine has, so that the group and not the machine decides.
    private static let mebibyte = 1 << 20

    @Test(
        arguments: [
            (["memory.max": "4194304\n", "memory.current": "2097152\n"], 2),
            (
                [
                    "memory.max": "4194304\n", "memory.current": "2097152\n",
                    "memory.stat": "anon 1\ninactive_file 1048576\nactive_file 7\n",
                ], 3
            ),
            (["memory.max": "max\n", "memory.current": "2097152\n"], nil),
            (["memory.limit_in_bytes": "9223372036854771712\n", "memory.usage_in_bytes": "4096\n"], nil),
            (
                [
                    "memory.limit_in_bytes": "4194304\n", "memory.usage_in_bytes": "2097152\n",
                    "memory.stat": "inactive_file 0\ntotal_inactive_file 1048576\n",
                ], 3
            ),
            ([:], nil),
        ] as [([String: String], Int?)]
    )
    func aGroupsLimitCountsWhereItIsSmaller(files: [String: String], mebibytes: Int?) throws {
        for group in ["", "outer/", "outer/inner/"] {
            for hierarchy in ["", "unified/", "memory/"] {
                let folder = try TemporaryFolder()
                try waitForEnd(try Program(["mkdir", "-p", folder.path(hierarchy + group)]).start())
                for (name, text) in files { try folder.write(text, to: hierarchy + group + name) }
                let isOlder = hierarchy == "memory/"
                let room = MemoryRoom(
                    root: folder.path,
                    unified: isOlder ? "/" : "/outer/inner",
                    memory: isOlder ? "/outer/inner" : "/"
                )
                let total = try room.total()
                #expect(mebibytes == nil ? total > 4 * Self.mebibyte : total == 4 * Self.mebibyte)
                let available = try room.available()
                if let mebibytes {
                    #expect(available == mebibytes * Self.mebibyte)
                } else {
                    #expect(available > 64 * Self.mebibyte)
                }
            }
        }
    }

    @Test func theTightestOfAllGroupsCounts() throws {
        let folder = try TemporaryFolder()
        try waitForEnd(try Program(["mkdir", "-p", folder.path("outer/inner")]).start())
        for (group, limit) in [("outer/", 3), ("outer/inner/", 5)] {
            try folder.write("\(limit * Self.mebibyte)\n", to: group + "memory.max")
            try folder.write("\(Self.mebibyte)\n", to: group + "memory.current")
        }
        let room = MemoryRoom(root: folder.path, unified: "/outer/inner", memory: "/")
        #expect(try room.available() == 2 * Self.mebibyte)
    }

    @Test func aLimitThatComesLaterCounts() throws {
        let folder = try TemporaryFolder()
        try folder.write("max\n", to: "memory.max")
        try folder.write("0\n", to: "memory.current")
        let room = MemoryRoom(root: folder.path, unified: "/", memory: "/")
        let before = try room.available()
        try folder.write("\(Self.mebibyte)\n", to: "memory.max")
        #expect(before > 64 * Self.mebibyte)
        #expect(try room.available() == Self.mebibyte)
    }

    @Test(.enabled(if: RealGroup.obstacle("memory") == nil, RealGroup.obstacle("memory") ?? ""))
    func aLimitOfARealGroupIsSeen() async throws {
        let group = try RealGroup("memory")
        defer { withExtendedLifetime(group) {} }
        await #expect(processExitsWith: .success) { [path = group.path as String] in
            // This look must not use `ControlGroups.atStart`, which remembers its first answer.
            let before = try MemoryRoom(root: "/nowhere", unified: "/", memory: "/").available()
            let limit = RealGroup.script("echo 100000000 > $0/memory.limit_in_bytes", in: path)
            let end = try waitForEnd(try Program(limit).start())
            #expect(end == .exited(0))
            let after = try MemoryRoom().available()
            #expect(before > 100_000_000 && after <= 100_000_000, "\(before) before, now \(after)")
        }
    }
}
