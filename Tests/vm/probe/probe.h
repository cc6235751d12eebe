// A probe of a token device that knows nothing of its server but the device's path and its number of tokens.
// Every row runs in a process of its own, with puppets: processes that make one call at a time on the device,
// when told. A row that returns has passed.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum backend { CUSE = 1, FUSE = 2, FIFO = 4, ANY = CUSE | FUSE | FIFO };

struct row {
    const char *name;
    void (*check)(void);
    int backends;           // the back ends on which the row can hold
    const char *elsewhere;  // why it cannot hold on others
};
extern const struct row reading_rows[], polling_rows[], accounting_rows[], opening_rows[];

extern const char *device;
extern int tokens;            // how many tokens the device has when nobody uses it
extern int backend;
extern double slow;           // multiplies all time limits
extern double reclaim_ms;     // within this time a dead holder's tokens are back
extern int invisible;         // the server cannot see our process ids

/// Ends the row with this reason.
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
/// Ends the row as not applicable here.
void skip(const char *why) __attribute__((noreturn));
/// Adds a figure to the row's line.
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define need(condition, ...) ((condition) ? (void)0 : fail(__VA_ARGS__))

double now_ms(void);
void sleep_ms(double ms);
/// Waits to see that nothing happens; longer on a slow machine, but not in proportion.
void rest_ms(double ms);
pid_t fork_or_fail(void);
int open_device(int flags);
/// Opens the device, and returns the descriptor, or -errno instead of failing the row.
int try_open(const char *path, int flags);
/// How many tokens another process can take, by one non-blocking read after the other; it returns them.
int count_free(void);
void need_free(int expected, const char *when);
/// Like need_free, but waits a little, because the server learns some things only when a process ends.
void await_free(int expected, const char *when);

// MARK: puppets

struct puppet { pid_t pid; int to, from; };
struct answer { long value; double at; };  // what the call returned, or -errno, and when

enum command {
    READ,            // argument: bytes
    WRITE,           // argument: bytes
    READ_IN_THREAD,  // in a thread that ends afterwards
    NONBLOCK,        // argument: on or off, set by fcntl
    CLOSE,
    POLL,            // the four ways to wait. Argument: milliseconds. They return poll's events,
    SELECT,          // or 0 if the time is over
    EPOLL_LEVEL,
    EPOLL_EDGE,
    EXEC,            // becomes sleep(1), and answers nothing
    INTERRUPTED,     // how often its SIGUSR1 handler has run
};

/// A process that has the device open: O_RDWR, blocking.
struct puppet puppet(void);
/// A process with this open file instead.
struct puppet puppet_with(int file);
void tell(struct puppet p, enum command command, long argument);
/// The answer, if it comes within this time; otherwise the row fails.
struct answer answer(struct puppet p, double within_ms, const char *what);
int answered(struct puppet p, double within_ms);
long ask(struct puppet p, enum command command, long argument);
/// Takes this many tokens, one read each; each must come at once.
void take(struct puppet p, int count);
/// Starts a blocking read, and returns once the process sleeps in it.
void start_reading(struct puppet p);
void await_sleep(struct puppet p);
void kill_puppet(struct puppet p);
