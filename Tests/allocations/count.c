// For LD_PRELOAD: counts a program's allocations, and at its end writes "CALLOCS OTHERS" into $COUNT_FILE.
// libfuse makes its requests with calloc, and its poll handles with malloc; Swift never uses calloc.
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static _Atomic unsigned long callocs, others;

void *malloc(size_t size) { return others++, __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return callocs++, __libc_calloc(count, size); }
void *realloc(void *block, size_t size) { return others++, __libc_realloc(block, size); }
void *memalign(size_t alignment, size_t size) { return others++, __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return others++, __libc_memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size)
{
    others++;
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

__attribute__((destructor)) static void report(void)
{
    const char *path = getenv("COUNT_FILE");
    unsigned long counted[] = {callocs, others};
    FILE *file = path ? fopen(path, "w") : 0;
    if (file) fprintf(file, "%lu %lu\n", counted[0], counted[1]), fclose(file);
}
