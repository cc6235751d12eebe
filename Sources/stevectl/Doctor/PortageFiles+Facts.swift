internal import Reports
internal import SteveClient
internal import Wire

extension PortageFiles {
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
}
