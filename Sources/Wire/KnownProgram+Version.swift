/// Which versions can use a jobserver, and of which kind.
extension KnownProgram {
    /// A sentence when the program that answers so to `--version` will not use the jobserver, or fail with
    /// it.
    package func warning(saying output: String, on backend: Backend) -> String? {
        let line = output.split(whereSeparator: \.isNewline).first ?? ""
        // Of another make or ctest nothing is known.
        let names: [Substring] =
            switch self {
            case .make: ["GNU", "Make"]
            case .ctest: ["ctest", "version"]
            case .ninja, .cmakeBuild, .mesonCompile, .portage: []
            }
        let words = line.split(separator: " ")
        guard words.starts(with: names), let number = words.dropFirst(names.count).first,
            number.first?.isNumber == true, let version = ProgramVersion(in: number)
        else { return nil }
        return warning(of: version, called: line.description.printable, on: backend)
    }

    /// The same of a version that is known.
    package func warning(of version: ProgramVersion, called text: String, on backend: Backend) -> String? {
        switch self {
        case .make where version < ProgramVersion(4, 4):
            "make \(version) knows no fifo: in MAKEFLAGS, and ends with an error: use make 4.4 or newer"
        case .ctest where version < ProgramVersion(3, 29):
            "ctest \(version) knows no jobserver: it runs as many tests as it is told to, uncounted (use 3.29)"
        case .ninja where version < ProgramVersion(1, 13):
            "ninja \(text) knows no jobserver: it runs as many jobs as it likes"
        case .ninja where backend == .fuse:
            "ninja takes no regular file as a jobserver: it runs as many jobs as it likes"
        case .ninja where backend == .cuse && version < ProgramVersion(1, 14):
            "ninja \(text) takes no device but a named pipe, unless your distribution mended it: "
                + "it may run as many jobs as it likes (--backend fifo, or ninja 1.14)"
        case .make, .ninja, .ctest, .cmakeBuild, .mesonCompile, .portage: nil
        }
    }
}
