/// What `--version` prints and the control protocol's greeting carries.
package enum Version {
    /// The version of all programs in this repository.
    package static let number = "0.1.0"
}
