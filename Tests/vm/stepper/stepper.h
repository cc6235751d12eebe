// Kills the server of a real steve after a number of instructions of a request, and checks that no client
// notices. See main.c.
#pragma once
#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

enum { TOKENS = 2 };

extern double slow;            // multiplies all time limits
extern const char *programs;   // the folder of steve, stevectl and with-steve
extern const char *backend;    // "fuse" or "cuse"

/// Ends this try as failed.
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
#define need(condition, ...) ((condition) ? (void)0 : fail(__VA_ARGS__))
double now_ms(void);
void nap(void);

// MARK: the daemon (daemon.c)

extern char device[], folder[];
extern pid_t keeper;
/// The server's ledger: the same memory.
extern volatile const uint64_t *ledger;
void start_daemon(void);
/// Ends the daemon, and all processes that wait for it.
void stop_daemon(void);
/// The process that serves; waits until there is one.
pid_t server(void);
/// The number of the kernel's descriptor, the same in keeper and server.
int kernel_file(void);
/// A number in the status; for "takeovers" it is their count.
long field(const char *key);
/// Waits until the status has that value.
void await_field(const char *key, long value);

// MARK: clients (client.c)

struct client { pid_t pid; int to, from; };
enum call { OPEN, READ, WRITE, POLL, CLOSE, AVAILABLE, UNKNOWN, TRUNCATE };

/// A process without an open file.
struct client newborn(void);
/// A process that has opened the device; `flags` are added to O_RDWR.
struct client opened(int flags);
void tell(struct client c, enum call call, long argument);
/// Whether the client's answer has come.
int answered(struct client c);
/// What the call returned, or -errno.
long answer(struct client c);
void expect(struct client c, long value, const char *what);
void ask(struct client c, enum call call, long argument, long value, const char *what);
/// Has the client take that many tokens.
void take(struct client c, int count);
/// Starts a read that has to wait, and waits until the server knows of it.
void start_waiting(struct client c, enum call call);
void end_client(struct client c);
/// Runs a program that is a client of the control socket.
pid_t run_program(const char *const words[]);
/// Whether the process has ended.
int has_ended(pid_t pid);
/// Whether the process already runs that program.
int is_called(pid_t pid, const char *name);
void expect_end(pid_t pid, int status, const char *what);
/// Ends everything that was started for a try.
void end_all(void);

// MARK: how ptrace drives the server (trace.c)

/// A place on the server's way: after so many system calls, then so many stores that decide, then so many
/// instructions.
struct place {
    int calls, stores, steps;
    /// Whether something in the ledger is half done there, or is about to be declared.
    int isClose;
};
/// The places around such stores.
struct way { struct place *places; long count, capacity; int calls, transactions; };

struct scene {
    const char *name;
    /// The frame with which the way begins; 0 if it begins with an event.
    int opcode;
    void (*setup)(void), (*act)(void), (*after)(void);
    /// For an event: whether its effect is there. The way ends when the server then waits again.
    int (*done)(void);
    /// Whether the event is that nothing happened in time.
    int isTimer;
    /// Where the first server is killed: the way is then that of the next server.
    enum { NOWHERE, LANDED, DECLARED, PROMISED } first;
    /// The back end on which this request does not exist.
    const char *notOn;
};
extern const struct scene scenes[];

/// Goes the scene's way once, without a kill, and records it.
void learn(const struct scene *scene, struct way *way);
/// Goes to that place, as far as there are more calls, stores or instructions, and kills the server. Returns
/// how many servers were killed.
int kill_at(const struct scene *scene, struct place place);
/// Ends a way that has failed.
void let_go(void);
