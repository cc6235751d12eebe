/// The unit of fairness: every process of one package's build, for example.
package struct BuildID: Hashable, Sendable {
    package let index: Int32
}
