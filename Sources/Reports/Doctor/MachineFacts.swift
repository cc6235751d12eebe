package import Wire

/// What a machine shows about whether builds on it can share a jobserver.
package struct MachineFacts: Equatable, Sendable {
    /// How the kernel has CUSE.
    package enum Cuse: String, Equatable, Sendable {
        case builtIn, module, absent, unknown
    }

    /// A file as `ls` shows it.
    package struct File: Equatable, Sendable {
        package enum Kind: Sendable { case device, pipe, other }
        package var kind: Kind
        package var mode: UInt32
        package var group: UInt32
        /// What people call the group.
        package var groupName: String

        package init(kind: Kind, mode: UInt32, group: UInt32, groupName: String) {
            self.kind = kind
            self.mode = mode
            self.group = group
            self.groupName = groupName
        }
    }

    /// A user, and the numbers of the groups that it is in.
    package struct User: Equatable, Sendable {
        package var name: String
        package var uid: UInt32
        package var groups: Set<UInt32>

        package init(name: String, uid: UInt32, groups: Set<UInt32>) {
            self.name = name
            self.uid = uid
            self.groups = groups
        }
    }

    /// Variables that Portage sets for some packages only.
    package struct PackageSettings: Equatable, Sendable {
        /// The file below /etc/portage/env.
        package var file: String
        package var packages: [String]
        package var variables: [String: String]

        package init(file: String, packages: [String], variables: [String: String]) {
            (self.file, self.packages, self.variables) = (file, packages, variables)
        }
    }

    /// A program that may be a client, and the first line that it says about its version.
    package struct Client: Equatable, Sendable {
        package var name: String
        package var version: String

        package init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    /// The daemon, as far as it answers.
    package struct Daemon: Equatable, Sendable {
        package var backend: Backend
        package var path: String
        package var limit: Int

        package init(backend: Backend, path: String, limit: Int) {
            self.backend = backend
            self.path = path
            self.limit = limit
        }
    }

    /// distcc, at either end.
    package struct Distcc: Equatable, Sendable {
        /// The hosts that it asks, and where they are named; nil: nowhere.
        package var hosts: DistccHosts?
        package var place = "/etc/distcc/hosts"
        /// The pool of jobs elsewhere.
        package var fleet: Daemon?
        /// Whether Portage's compilers under FEATURES=distcc are distcc itself; nil: there are none.
        package var linksLeadToDistcc: Bool?
        /// Whether the distccd that runs here calls compilers through our links; nil: none runs, or it cannot
        /// be known.
        package var serverTakesTokens: Bool?
        /// Where `make install` put the links to steve-cc, `ask` and `serve`.
        package var links = "/usr/lib/steve"

        package init() {}
    }

    /// What MAKEFLAGS should name.
    package var path: String
    package var release = ""
    package var cuse = Cuse.unknown
    /// /dev/cuse.
    package var cuseFile: File?
    /// The kind of file at `path`.
    package var device: File?
    package var daemon: Daemon?
    /// Why the daemon does not answer.
    package var silence = ""
    /// It may, but not to this user.
    package var isRefused = false
    /// The daemons' folder, where only its owner may enter it.
    package var closedFolder: String?
    /// The user who asks, and Portage's own user.
    package var users: [User] = []
    /// Whether Portage's sandbox is there, and what its files let builds write to.
    package var hasSandbox = false
    package var sandboxWritable: [String] = []
    /// Whether the sandbox let a program open the device, when it was asked.
    package var sandboxAnswer: Bool?
    package var clients: [Client] = []
    /// The variables of /etc/portage/make.conf; nil if there is none.
    package var makeConf: [String: String]?
    /// The settings for single packages: what package.env names of /etc/portage/env.
    package var packageSettings: [PackageSettings] = []
    /// The installed dev-build/ninja, as `1.13.2-r1`, and whether app-alternatives/ninja is it.
    package var ninjaPackage: String?
    package var ninjaIsReference: Bool?
    /// The versions that the tree has of packages that a remedy may name.
    package var tree: [String: [String]] = [:]
    /// The variables of the user who asks.
    package var variables: [String: String] = [:]
    package var system = System(osRelease: [:], hasOpenRC: true)
    /// nil: there is no distcc here.
    package var distcc: Distcc?
    /// Other jobservers that were found: their paths.
    package var otherServers: [String] = []
    /// What the control group allows: CPUs and bytes.
    package var cpuQuota: Double?
    package var memoryLimit: Int?

    package init(path: String) {
        self.path = path
    }

    /// The MAKEFLAGS of the user who asks.
    var makeFlags: String { variables["MAKEFLAGS"] ?? "" }

    /// Whether who asks runs under this jobserver, as below with-steve.
    var isBelowJobserver: Bool { MakeFlags(makeFlags).names(path: path) }
}
