internal import Linux
internal import SystemPackage
internal import Wire

/// What Portage would read of its settings below a root; "" is this machine's.
struct PortageFiles {
    let root: String

    /// Tells the doctor all of it.
    func look(_ facts: inout MachineFacts) {
        facts.makeConf = makeConf()
        facts.packageSettings = packageSettings()
        facts.ninjaPackage = installed("dev-build", "ninja").first
        facts.ninjaIsReference = installed("app-alternatives", "ninja").first.map { version in
            text("/var/db/pkg/app-alternatives/ninja-\(version)/USE").split(whereSeparator: \.isWhitespace)
                .contains(
                    "reference"
                )
        }
        for package in System.packagesOfRemedies { facts.tree[package] = versions(of: package) }
    }

    /// The versions that are installed.
    private func installed(_ category: String, _ name: String) -> [String] {
        names("/var/db/pkg/\(category)").compactMap { Self.version(in: $0, of: name) }.sorted()
    }

    /// The versions that the tree has.
    private func versions(of package: String) -> [String] {
        let name = String(package.split(separator: "/").last ?? "")
        return names("/var/db/repos/gentoo/\(package)").filter { $0.hasSuffix(".ebuild") }
            .compactMap { Self.version(in: String($0.dropLast(".ebuild".count)), of: name) }.sorted()
    }

    /// `1.13.2-r1` of `ninja-1.13.2-r1`.
    private static func version(in text: String, of name: String) -> String? {
        guard text.hasPrefix(name + "-") else { return nil }
        let rest = text.dropFirst(name.count + 1)
        return rest.first?.isNumber == true ? String(rest) : nil
    }

    /// The files of /etc/portage/env that package.env names, with the packages that it names them for.
    private func packageSettings() -> [MachineFacts.PackageSettings] {
        var packages: [String: [String]] = [:]
        let table = text("/etc/portage/package.env") + "\n" + folder("/etc/portage/package.env")
        for line in table.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
            for file in words.dropFirst() { packages[file, default: []].append(words[0]) }
        }
        return packages.sorted { $0.key < $1.key }.map { file, packages in
            .init(
                file: file,
                packages: packages,
                variables: ShellAssignments.read(text("/etc/portage/env/\(file)"))
            )
        }
    }

    private func names(_ path: String) -> [String] { (try? entries(ofDirectory: root + path)) ?? [] }

    func text(_ path: String) -> String {
        String(decoding: (try? readWhole(root + path, limit: 1 << 20)) ?? [], as: UTF8.self)
    }

    /// The variables of make.conf.
    ///
    /// A path after `source` begins in the folder of the file that says so.
    func makeConf() -> [String: String]? {
        let path = "/etc/portage/make.conf"
        let (file, files) = (text(path), folder(path))
        guard !(file + files).isEmpty else { return nil }
        let base = files.isEmpty ? "/etc/portage" : path
        return ShellAssignments.read(file + files) { text($0.hasPrefix("/") ? $0 : "\(base)/\($0)") }
    }

    /// The files of a folder, one after the other by name: make.conf may be one.
    private func folder(_ path: String) -> String {
        // Portage passes over editors' leavings too.
        ((try? entries(ofDirectory: root + path)) ?? []).filter { !$0.hasPrefix(".") && !$0.hasSuffix("~") }
            .sorted().map { text("\(path)/\($0)") + "\n" }.joined()
    }
}
