// A preloaded library that counts a program's heap allocations, in the file that ALLOCATIONS names, as two
// 64-bit numbers: libfuse's and all others. libfuse makes a request by calloc and a poll handle by
// malloc(16); Swift allocates by malloc, and no object of it is as small as 16 bytes.
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static struct { atomic_ulong fuse, others; } none, *counts = &none;

__attribute__((constructor)) static void open_counts(void) {
    const char *path = getenv("ALLOCATIONS");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *map = mmap(0, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map != MAP_FAILED) counts = map;
    close(file);
}

void *malloc(size_t size) {
    if (size == 16) counts->fuse++;
    else counts->others++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    counts->fuse++;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    counts->others++;
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    counts->others++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    *result = memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}
