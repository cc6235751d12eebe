internal import Glibc
internal import Testing

@testable import Packing
@testable import Squashfs

/// The extended attributes that a file has, as the kernel answers.
@Suite struct AttributeListTests {
    /// It was taken away meanwhile, or the file system lists what it does not give; an empty one would be
    /// another: no program with an empty security.capability can be started.
    @Test(arguments: [ENODATA, ENOTSUP]) func listedNameWithoutAValueIsNoAttribute(failure: CInt) throws {
        let list = "user.a\0user.gone\0user.empty\0".utf8.map { CChar(bitPattern: $0) }
        let found = try attributes(named: list[...]) { name, _ in
            if name == cString(Array("user.empty".utf8)) { return 0 }
            guard name == cString(Array("user.gone".utf8)) else { return 1 }
            errno = failure
            return -1
        }
        #expect(found.map(\.name) == [Array("user.a".utf8), Array("user.empty".utf8)])
        #expect(found.map(\.value.count) == [1, 0])
    }

    @Test func otherErrorsAreErrors() {
        let list = "user.a\0".utf8.map { CChar(bitPattern: $0) }
        #expect(throws: (any Error).self) {
            try attributes(named: list[...]) { _, _ in
                errno = EIO
                return -1
            }
        }
    }
}
