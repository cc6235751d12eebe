internal import CLinux
package import SystemPackage

/// Device nodes and the module behind them, for a /dev without udev.
package enum DeviceNode {
    /// The numbers of a CUSE device that a daemon serves under this name; ENOENT when none does.
    package static func number(ofCUSE name: String) throws(Errno) -> DeviceNumber {
        try withContents(of: "/sys/class/cuse/\(name)/dev", limit: 64) { (text) throws(Errno) in
            guard let number = DeviceNumber(parsing: text) else { throw Errno.badMessage }
            return number
        }
    }

    /// Makes a character device that only root may open.
    ///
    /// The corresponding C function is `mknod`.
    package static func make(at path: String, _ number: DeviceNumber) throws(Errno) {
        // Safe: the path is lent for the call.
        _ = try check(unsafe clinux_make_device(path, number.major, number.minor))
    }

    /// Whether no driver has the number: a node with it leads nowhere.
    ///
    /// Where /sys does not say, none is known to be dead.
    package static func isDead(_ number: DeviceNumber, sys: String = "/sys") -> Bool {
        guard (try? FileStatus(ofPath: sys + "/dev/char/1:3")) != nil else { return false }
        let path = sys + "/dev/char/\(number.major):\(number.minor)"
        do throws(Errno) {
            _ = try FileStatus(ofPath: path)
            return false
        } catch {
            return error == .noSuchFileOrDirectory
        }
    }

    /// Loads a kernel module by `modprobe`; false when that could not be done, whatever the reason.
    package static func loadModule(_ name: String) -> Bool {
        let modprobe = Program(["modprobe", "-q", "--", name])
        guard let pid = try? modprobe.start(), let end = try? waitForEnd(pid) else { return false }
        return end == .exited(0)
    }
}

/// The pair of numbers that names a device to the kernel.
package struct DeviceNumber: Hashable, Sendable {
    package let major: UInt32
    package let minor: UInt32

    package init(major: UInt32, minor: UInt32) {
        self.major = major
        self.minor = minor
    }

    /// Reads `MAJOR:MINOR`, as the files called `dev` in /sys have it.
    package init?(parsing text: Span<UInt8>) {
        guard let major: UInt32 = text.integer(at: 0),
            let colon = text.firstIndex(of: UInt8(ascii: ":")),
            let minor: UInt32 = text.integer(at: colon + 1)
        else { return nil }
        self.init(major: major, minor: minor)
    }

    /// What opens CUSE itself.
    package static let cuse = DeviceNumber(major: 10, minor: 203)
}
