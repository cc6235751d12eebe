/* steve-cc: a compiler's stand-in that compiles on another machine when a fleet has room, by distcc. See steve-cc(1). */
#ifndef STEVE_CC_H
#define STEVE_CC_H

#include <stdbool.h>

/* arguments.c */

/* Whether distcc would send this command away: a compile of one source whose only outputs are the object and its list
   of dependencies. Whatever is not known to be safe is none. `words` ends with NULL; the first is the compiler. */
bool can_go_away(char *const *words);

/* programs.c */

/* Full path of the program that `word` names, past our own links and distcc's: malloc'd, NULL where there is none. */
char *real_compiler(const char *word);

/* The name by which a helper finds that compiler in its own folder of links: the last part of `word`, where PATH leads from it
   to the same compiler; else NULL. */
const char *name_for_helpers(const char *word, const char *compiler);

/* Full path of distcc: malloc'd, NULL where there is none. */
char *find_distcc(void);

/* A helper's PATH may name our links only, and GCC finds `as` by it. */
void add_usual_folders_to_path(void);

/* Becomes the compiler, called by its full path: else GCC looks for its parts beside our link. Never returns. */
_Noreturn void become(char *compiler, char **words);

/* pools.c */

/* The pool that MAKEFLAGS names last, else -1. */
int open_own_pool(void);

/* The pool of jobs that the fleet may have from here (STEVE_FLEET, else "fleet"), for reads that do not wait, else -1. */
int open_fleet_pool(void);

/* The pool of a machine that compiles for others (STEVE_DEV_NAME, else "steve"), else -1 with errno. */
int open_serving_pool(void);

/* Reads one token, again after each signal; false when there is none, or nobody answers. */
bool take(int pool);

/* Takes a token for what was lent, or after half a second, if no other process does so now, goes on without one. A pool lends no more
   than its limit and says so to nobody: when a whole fleet fails at once, all might wait for tokens that only they can free. So
   one at a time, of all that ask this fleet, need not wait. */
void take_back(int pool, int fleet);

/* Lends the pool the token that whoever started this process holds for it; the loan ends when this process takes one,
   or ends. */
bool lend(int pool);

/* remote.c */

/* Runs the compile by distcc on a helper; true when its object is there. Of a failure nothing is seen. */
bool compile_remotely(const char *distcc, const char *name, char **words);

#endif
