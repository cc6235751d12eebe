import Glibc
import Linux
import TestKit
import Testing

/// Once a session is warm, the path of a token allocates nothing of ours.
@Suite struct AllocationTests {
    /// Runs a program of its own whose malloc counts; it also counts the known allocations of libfuse.
    @Test func sessionAllocatesNothingPerRequest() throws {
        let folder = try TemporaryFolder("steve-allocations")
        let report = folder.path("report")
        let output = openOnce(report, O_RDWR | O_CREAT)
        defer { close(output) }
        let probe = try Program([Self.probe]).start(output: output)
        var status: CInt = 0
        // Safe: the integer lives on this stack frame.
        unsafe waitpid(probe, &status, 0)
        let text = String(decoding: try readWhole(report, limit: 1 << 14), as: UTF8.self)
        print(text)
        #expect(status == 0)
        #expect(text.split(separator: "\n").count == 12)
    }

    /// SwiftPM puts the tests and the programs that they need into one folder.
    private static var probe: String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        // Safe: the array is lent for the call and as long as we say.
        let count = unsafe readlink("/proc/self/exe", &path, path.count)
        let text = String(decoding: path.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return text.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" } + "/AllocationProbe"
    }
}
