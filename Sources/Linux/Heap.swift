internal import CLinux

/// This process' memory.
package enum Heap {
    /// From now on large memory goes back to the machine when it is freed.
    ///
    /// Otherwise the library keeps more and more once something large was freed. The corresponding C function
    /// is `mallopt`.
    package static func giveBackAtOnce() { clinux_give_back_at_once() }

    /// Lets the programs' pages go that only its start has used.
    ///
    /// The kernel maps sixteen at a time, and keeps them until memory is short. Those that are used again
    /// come back from the page cache, without a look at the disk. The corresponding C function is `madvise`.
    package static func forgetStart() { clinux_forget_programs() }
}
