// Counts the program's allocations: linked into a program, its malloc family stands in front of the C
// library's.
#ifndef STEVE_CALLOCATIONS_H
#define STEVE_CALLOCATIONS_H

#include <stdint.h>

// How often anybody in this program, the Swift runtime and every library included, has asked for memory.
uint64_t callocations_count(void);

#endif
