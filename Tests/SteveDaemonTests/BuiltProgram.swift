import Glibc
import Linux
import SystemPackage

/// The programs that were built together with these tests.
enum BuiltProgram {
    static func path(_ name: String) -> String {
        let words = Program.ownWords
        // The tests are either a program in the folder of all programs, or a library that another program
        // loads.
        let candidates = words.map { String(decoding: $0, as: UTF8.self) }.filter { $0.contains("/.build") }
        let folder = candidates.first.map { $0[..<($0.lastIndex(of: "/") ?? $0.endIndex)] } ?? ".build/debug"
        return "\(folder)/\(name)"
    }
}
