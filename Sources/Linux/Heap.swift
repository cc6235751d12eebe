internal import CLinux

/// This process' memory.
package enum Heap {
    /// From now on what was large goes back to the machine when it is freed.
    ///
    /// Left alone the library keeps more and more once something large was freed. The corresponding C
    /// function is `mallopt`.
    package static func giveBackAtOnce() { clinux_give_back_at_once() }
}
