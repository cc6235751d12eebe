internal import Glibc

/// How many descriptors this process may have open.
package enum DescriptorLimit {
    /// How many that is now.
    ///
    /// The corresponding C function is `getrlimit`.
    package static var current: Int {
        var limit = rlimit()
        // Safe: the structure is on this stack frame.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// Raises it as far as is allowed; where that fails it stays as it is.
    ///
    /// The corresponding C function is `setrlimit`.
    package static func raise() {
        var limit = rlimit()
        let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        // Safe: the structure is on this stack frame.
        guard unsafe getrlimit(descriptors, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(descriptors, &limit)
    }
}
