// Kills the server of a real steve after a number of instructions of a request, and looks whether anybody
// notices: main.c.
#pragma once
#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

enum { TOKENS = 2 };

extern double slow;            // what all time limits are multiplied with
extern const char *programs;   // the folder of steve, stevectl and with-steve
extern const char *backend;    // "fuse" or "cuse"

/// Ends the try, which has failed.
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
#define need(condition, ...) ((condition) ? (void)0 : fail(__VA_ARGS__))
double now_ms(void);
void nap(void);

// MARK: the daemon (daemon.c)

extern char device[], folder[];
extern pid_t keeper;
/// What the server has promised: the same memory.
extern volatile const uint64_t *ledger;
void start_daemon(void);
/// Ends it, and everybody who waits for it.
void stop_daemon(void);
/// The process that serves; waits until there is one.
pid_t server(void);
/// The number of the kernel's descriptor in keeper and server.
int kernel_file(void);
/// A number of the status; "takeovers" is their count.
long field(const char *key);
/// Waits until the status says so.
void await_field(const char *key, long value);

// MARK: clients (client.c)

struct client { pid_t pid; int to, from; };
enum call { OPEN, READ, WRITE, POLL, CLOSE, AVAILABLE, UNKNOWN, TRUNCATE };

/// A process without a file.
struct client newborn(void);
/// One that has opened the device; `flags` beside O_RDWR.
struct client opened(int flags);
void tell(struct client c, enum call call, long argument);
/// Whether its answer has come.
int answered(struct client c);
/// What the call returned, or -errno.
long answer(struct client c);
void expect(struct client c, long value, const char *what);
void ask(struct client c, enum call call, long argument, long value, const char *what);
/// Takes that many tokens.
void take(struct client c, int count);
/// Starts a read that waits, and waits until the server knows.
void start_waiting(struct client c, enum call call);
void end_client(struct client c);
/// A program that runs: a client of the control socket.
pid_t run_program(const char *const words[]);
/// Whether it has ended.
int has_ended(pid_t pid);
/// Whether the process is that program by now.
int is_called(pid_t pid, const char *name);
void expect_end(pid_t pid, int status, const char *what);
/// Ends all that was started for a try.
void end_all(void);

// MARK: the other side of ptrace (trace.c)

/// A place on the server's way: behind so many system calls, then so many stores that decide, and then so
/// many instructions.
struct place {
    int calls, stores, steps;
    /// Something in the ledger is half done there, or is about to be declared.
    int isClose;
};
/// The places around such stores.
struct way { struct place *places; long count, capacity; int calls, transactions; };

struct scene {
    const char *name;
    /// The frame with which the way begins; 0: it begins with an event.
    int opcode;
    void (*setup)(void), (*act)(void), (*after)(void);
    /// Of an event: whether its effect is there; the way ends when the server then waits again.
    int (*done)(void);
    /// The event is that nothing happened in time.
    int isTimer;
    /// The server is killed there, and the way is that of the next one.
    enum { NOWHERE, LANDED, DECLARED, PROMISED } first;
    /// Where the request does not exist.
    const char *notOn;
};
extern const struct scene scenes[];

/// Goes the scene's way once, without a kill, and writes it down.
void learn(const struct scene *scene, struct way *way);
/// Goes to that place, or as far as there is another call, store or end, and kills the server; how many were
/// killed.
int kill_at(const struct scene *scene, struct place place);
/// Ends a way that has failed.
void let_go(void);
