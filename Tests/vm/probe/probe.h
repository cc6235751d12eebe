// A probe of a token device that knows nothing of its server: the device's path and its number of
// tokens are enough. Every row runs in a process of its own, with puppets: processes that do one
// call at a time on the device, when told. A row that returns has passed.
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
    int backends;           // where the row can hold
    const char *elsewhere;  // why not elsewhere
};
extern const struct row reading_rows[], polling_rows[], accounting_rows[], opening_rows[];

extern const char *device;
extern int tokens;            // what the device holds when nobody uses it
extern int backend;
extern double slow;           // what all time limits are multiplied with
extern double reclaim_ms;     // a dead holder's tokens are back within this time
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
/// Waits to see that nothing happens: for longer on a slow machine, but not by so much.
void rest_ms(double ms);
pid_t fork_or_fail(void);
int open_device(int flags);
/// Opens without failing the row: the descriptor or -errno.
int try_open(const char *path, int flags);
/// What a process of its own can take, one nonblocking read after the other, and then returns.
int count_free(void);
void need_free(int expected, const char *when);
/// As need_free, with a little patience for what the server learns only when a process ends.
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
    POLL,            // the four ways to wait. Argument: milliseconds. They give poll's events,
    SELECT,          // or 0 when the time was over
    EPOLL_LEVEL,
    EPOLL_EDGE,
    EXEC,            // becomes sleep(1) and answers nothing
    INTERRUPTED,     // how often its handler of SIGUSR1 ran
};

/// A process with the device open: O_RDWR, blocking.
struct puppet puppet(void);
/// One that has this open file instead.
struct puppet puppet_with(int file);
void tell(struct puppet p, enum command command, long argument);
/// The answer that comes within this time, else the row fails.
struct answer answer(struct puppet p, double within_ms, const char *what);
int answered(struct puppet p, double within_ms);
long ask(struct puppet p, enum command command, long argument);
/// Takes this many tokens, one read each; each must come at once.
void take(struct puppet p, int count);
/// Starts a blocking read and returns when the process sleeps in it.
void start_reading(struct puppet p);
void await_sleep(struct puppet p);
void kill_puppet(struct puppet p);
