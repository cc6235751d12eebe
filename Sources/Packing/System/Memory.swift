internal import CXattr

/// Makes large arrays go back to the system when they are freed.
///
/// By itself glibc keeps them from the second time on, expecting more of the same size; ours only grow.
func returnLargeMemory() {
    _ = mallopt(M_MMAP_THRESHOLD, 1 << 20)
}
