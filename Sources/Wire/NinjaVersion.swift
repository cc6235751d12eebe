/// What `ninja --version` says, as far as it decides which jobservers that ninja can use.
package struct NinjaVersion: Equatable, Sendable {
    private let major: Int
    private let minor: Int
    private let text: String

    /// Reads `1.13.2`, `1.14.0.git`, `1.13.2.git.kitware.jobserver-pipe-1`.
    package init?(_ output: String) {
        let line = output.split(whereSeparator: \.isNewline).first ?? ""
        let parts = line.split(separator: ".")
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
        self.major = major
        self.minor = minor
        text = String(line).printable
    }

    /// A sentence when this ninja will run without the jobserver, with as many jobs as it likes.
    package func warning(for backend: Backend) -> String? {
        if (major, minor) < (1, 13) {
            return "ninja \(text) knows no jobserver: it runs as many jobs as it likes"
        }
        switch backend {
        case .fifo: return nil
        case .cuse where (major, minor) >= (1, 14): return nil
        case .cuse:
            return "ninja \(text) takes no device but a named pipe, unless your distribution mended it: "
                + "it may run as many jobs as it likes (--backend fifo, or ninja 1.14)"
        case .fuse: return "ninja takes no regular file as a jobserver: it runs as many jobs as it likes"
        }
    }
}
