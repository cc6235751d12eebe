// Counts a program's allocations: linked into the program, this malloc family replaces the C library's.
#ifndef STEVE_CALLOCATIONS_H
#define STEVE_CALLOCATIONS_H

#include <stdint.h>

// How often this program, with the Swift runtime and all libraries, has asked for memory.
uint64_t callocations_count(void);

#endif
