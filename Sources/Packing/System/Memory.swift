internal import CXattr

/// Has large arrays given back to the system when they are no longer used.
///
/// By itself glibc keeps them from the second time on, in the belief that they come again; ours only grow.
func returnLargeMemory() {
    _ = mallopt(M_MMAP_THRESHOLD, 1 << 20)
}
