/* steve-cc stands in for a compiler: it compiles on another machine, by distcc, if a fleet has room. See
 * steve-cc(1). */
#ifndef STEVE_CC_H
#define STEVE_CC_H

#include <stdbool.h>

/* arguments.c */

/* Whether distcc would send this command away: a compile of one source whose only outputs are the object
 * and its list of dependencies. If it is not known to be safe, the answer is no. `words` ends with NULL;
 * the first word is the compiler. */
bool can_go_away(char *const *words);

/* programs.c */

/* The full path of the program that `word` names, past our own links and distcc's: malloc'd; NULL if there
 * is none. */
char *real_compiler(const char *word);

/* The name by which a helper finds that compiler in its own folder of links: the last part of `word`, if
 * PATH leads from it to the same compiler; else NULL. */
const char *name_for_helpers(const char *word, const char *compiler);

/* The full path of distcc: malloc'd; NULL if there is none. */
char *find_distcc(void);

/* A helper's PATH may have nothing but our links, and GCC finds `as` through PATH. */
void add_usual_folders_to_path(void);

/* Becomes the compiler, under its full path: otherwise GCC would look for its parts beside our link. Never
 * returns. */
_Noreturn void become(char *compiler, char **words);

/* pools.c */

/* Opens the pool that MAKEFLAGS names last; -1 if there is none. */
int open_own_pool(void);

/* Opens the pool of the jobs that this machine may send to the fleet (STEVE_FLEET, else "fleet"), for
 * non-blocking reads; -1 if there is none. */
int open_fleet_pool(void);

/* Opens the pool of a machine that compiles for others (STEVE_DEV_NAME, else "steve"); -1 with errno if
 * there is none. */
int open_serving_pool(void);

/* Reads one token, and reads again after each signal; false if there is none, or if no server answers. */
bool take(int pool);

/* Takes a token for the one that was lent. After half a second it goes on without one, if no other process
 * does so now. A pool lends no more than its limit and does not say so: when a whole fleet fails at once,
 * all processes might wait for tokens that only they can free. So one at a time, of all that ask this
 * fleet, need not wait. */
void take_back(int pool, int fleet);

/* Lends the pool the token that this process' starter holds for it; the loan ends when this process takes
 * one, or ends. */
bool lend(int pool);

/* remote.c */

/* Runs the compile by distcc on a helper; true if the object is there. The user sees nothing of a failure. */
bool compile_remotely(const char *distcc, const char *name, char **words);

#endif
