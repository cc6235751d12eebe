#include "callocations.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

// glibc's own functions, under the names that it has for such replacements. `free` stays glibc's.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static _Atomic uint64_t count;

uint64_t callocations_count(void) { return atomic_load_explicit(&count, memory_order_relaxed); }

// A sanitizer has its own malloc family, whose `free` knows no foreign blocks: then nothing is counted.
#if !defined(__has_feature) || !(__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))

static void counted(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

void *malloc(size_t size)
{
    counted();
    return __libc_malloc(size);
}

void *calloc(size_t elements, size_t size)
{
    counted();
    return __libc_calloc(elements, size);
}

void *realloc(void *block, size_t size)
{
    counted();
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size)
{
    counted();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    counted();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    counted();
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

#endif
