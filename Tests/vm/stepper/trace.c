// Watches the server from outside: stops it at each instruction and at each system call, and kills it there.
#include "stepper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

// Words of the ledger; see Sources/Ledger/Layout.swift.
enum { REDO_COUNT = 2, OUTBOX_BYTES = 3, LANDING = 512 };
// The last table is the list of staged changes: so many rows of two words.
enum { REDO_ROWS = 1 << 20 };
// How many instructions after such a store are recorded one by one, at most: while a transaction is under
// way, and otherwise.
enum { UNDER_WAY = 20000, BEHIND = 300 };
// So many instructions before a store are close to it.
enum { NEAR = 400 };

static pid_t traced;
static int kernel;  // the number of its descriptor in the server
static const struct scene *scene;

// MARK: where the server is

struct code { uint64_t start, end; unsigned char *bytes; };
static struct code code[256];
static int codes;
static pid_t codes_of;

/// Reads the program's code. All servers of a keeper have the same, because they are forks of it.
static void read_code(void) {
    if (codes_of == keeper) return;
    while (codes) free(code[--codes].bytes);
    char path[64], line[600], rights[8];
    snprintf(path, sizeof path, "/proc/%d/mem", traced);
    int memory = open(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "/proc/%d/maps", traced);
    FILE *maps = fopen(path, "re");
    need(memory >= 0 && maps, "%s: %m", path);
    while (fgets(line, sizeof line, maps)) {
        struct code part = {0, 0, 0};
        if (sscanf(line, "%lx-%lx %7s", &part.start, &part.end, rights) != 3) continue;
        if (rights[2] != 'x' || codes == sizeof code / sizeof *code) continue;
        size_t size = part.end - part.start;
        part.bytes = malloc(size + 1);
        if (pread(memory, part.bytes, size, part.start) == (ssize_t)size) code[codes++] = part;
        else free(part.bytes);
    }
    close(memory), fclose(maps);
    codes_of = keeper;
}

static struct __ptrace_syscall_info where(void) {
    struct __ptrace_syscall_info info;
    need(ptrace(PTRACE_GET_SYSCALL_INFO, traced, sizeof info, &info) > 0, "PTRACE_GET_SYSCALL_INFO: %m");
    return info;
}

static int is_call(uint64_t at) {
    static struct code *last = code;
    if (at < last->start || at >= last->end)
        for (last = code; last < code + codes && (at < last->start || at >= last->end);) last++;
    if (last == code + codes) return last = code, 0;
    const unsigned char *bytes = last->bytes + (at - last->start);
    return bytes[0] == 0x0f && bytes[1] == 0x05;
}

// MARK: what the server stores

#if defined __x86_64__
static const size_t registers = offsetof(struct user, u_debugreg);
static const size_t register_size = sizeof((struct user *)0)->u_debugreg[0];

/// Makes the server stop after each store that decides: to the list's first word, its length, the outbox's
/// length.
static void watch(void) {
    char path[64], line[600];
    uint64_t start = 0;
    snprintf(path, sizeof path, "/proc/%d/maps", traced);
    FILE *maps = fopen(path, "re");
    while (maps && !start && fgets(line, sizeof line, maps))
        if (strstr(line, "/memfd:steve")) sscanf(line, "%lx", &start);
    need(start, "the server has no ledger");
    fclose(maps);
    const uint64_t words[] = {ledger[1] / 8 - 2 * REDO_ROWS, REDO_COUNT, OUTBOX_BYTES};
    uint64_t control = 0;
    for (int i = 0; i < 3; i++) {
        long refused = ptrace(PTRACE_POKEUSER, traced, registers + i * register_size, start + 8 * words[i]);
        need(!refused, "no debug register: %m");
        control |= 1ul << 2 * i | 9ul << (16 + 4 * i);  // on; a write of eight bytes
    }
    long refused = ptrace(PTRACE_POKEUSER, traced, registers + 7 * register_size, control);
    need(!refused, "no debug register: %m");
}

static uint64_t stored;

/// Whether the last instruction was such a store; each bit of `stored` stands for one of them.
static int has_stored(void) {
    stored = ptrace(PTRACE_PEEKUSER, traced, registers + 6 * register_size, 0) & 7;
    if (stored) ptrace(PTRACE_POKEUSER, traced, registers + 6 * register_size, 0);
    return stored != 0;
}
#else
#error "how are stores watched here?"
#endif

// MARK: how the server goes on

static void ticked(int number) { (void)number; }

enum stop { SLEPT, ENDED, CALL, STORE, STEPPED };

/// Lets the server go on until it stops again. SLEPT: it waits for longer than any client would.
static enum stop proceed(int how) {
    int number = 0, status;
    for (;;) {
        need(ptrace(how, traced, 0, number) == 0, "ptrace %x of the server: %m", how);
        for (int ticks = 0; waitpid(traced, &status, __WALL) != traced; ticks++) {
            need(errno == EINTR, "waitpid: %m");
            if (ticks > 5 * slow) return SLEPT;
        }
        need(WIFSTOPPED(status), "the server ended by itself, with status %x", status);
        number = WSTOPSIG(status);
        if (number == (SIGTRAP | 0x80)) return CALL;
        if (number == SIGTRAP && status >> 16 == 0) return has_stored() ? STORE : STEPPED;
        if (status >> 16) number = 0;
    }
}

/// Waits until the process stops; returns 0 if it has ended.
static int await_stop(pid_t pid, int *status) {
    pid_t changed;
    while ((changed = waitpid(pid, status, __WALL)) < 0 && errno == EINTR) {}
    return changed == pid && WIFSTOPPED(*status);
}

/// Interrupts, again and again, a wait for an event that may never come.
static void tick(int isOn) {
    struct sigaction action = {.sa_handler = ticked};
    struct itimerval pause = {.it_interval = {0, isOn * 200000}, .it_value = {0, isOn * 200000}};
    sigaction(SIGALRM, &action, 0);
    setitimer(ITIMER_REAL, &pause, 0);
}

static void attach(pid_t pid) {
    traced = pid;
    long refused = ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    need(!refused, "PTRACE_SEIZE of the server: %m");
    need(!ptrace(PTRACE_INTERRUPT, pid, 0, 0), "PTRACE_INTERRUPT: %m");
    int status;
    need(await_stop(pid, &status), "the server ended by itself");
    kernel = kernel_file();
    read_code();
    watch();
}

static void kill_traced(void) {
    int status = 0;
    kill(traced, SIGKILL);
    // The kernel tells the tracer of the end first, and then the keeper.
    while (await_stop(traced, &status)) ptrace(PTRACE_CONT, traced, 0, 0);
    traced = 0;
}

// MARK: the way

static int is_wait(uint64_t call) {
    return call == SYS_epoll_wait || call == SYS_epoll_pwait || call == SYS_epoll_pwait2;
}

/// Whether the way begins after this call.
static int begins(uint64_t call, const uint64_t *arguments, int64_t result) {
    if (!scene->opcode) return is_wait(call) && (scene->isTimer ? result == 0 : result > 0);
    const volatile struct fuse_in_header *frame = (const volatile void *)(ledger + LANDING);
    int isFrame = call == SYS_read && (int)arguments[0] == kernel && result > 0;
    return isFrame && (int)frame->opcode == scene->opcode;
}

/// Whether the way ends before this call.
static int ends(uint64_t call, const uint64_t *arguments) {
    return scene->done ? is_wait(call) && scene->done() : call == SYS_read && (int)arguments[0] == kernel;
}

/// Runs to the next stop; if that is at a system call, `entry` says at which.
static enum stop to_call(struct __ptrace_syscall_info *entry) {
    enum stop stop = proceed(PTRACE_SYSCALL);
    if (stop == CALL) *entry = where();
    return stop;
}

static void go_to_beginning(void) {
    struct __ptrace_syscall_info entry = {0}, exit = {0};
    enum stop stop;
    do {
        do {
            stop = to_call(&entry);
            need(stop != SLEPT, "no such request came");
        } while (stop != CALL || entry.op != PTRACE_SYSCALL_INFO_ENTRY);
        need(to_call(&exit) == CALL, "no such request came");
    } while (!begins(entry.entry.nr, (const uint64_t *)entry.entry.args, exit.exit.rval));
}

/// Runs behind the next system call, or to the next store.
static enum stop run(struct place *at) {
    struct __ptrace_syscall_info entry;
    enum stop stop = to_call(&entry);
    if (stop == STORE) at->stores++, at->steps = 0;
    if (stop != CALL) return stop;
    if (ends(entry.entry.nr, (const uint64_t *)entry.entry.args)) return ENDED;
    if (proceed(PTRACE_SYSCALL) != CALL) return SLEPT;
    at->calls++, at->stores = at->steps = 0;
    return CALL;
}

/// Runs one instruction.
static enum stop step(struct place *at) {
    if (is_call(where().instruction_pointer)) return run(at);
    enum stop stop = proceed(PTRACE_SINGLESTEP);
    need(stop != SLEPT, "an instruction has no end");
    at->steps++;
    if (stop == STORE) at->stores++, at->steps = 0;
    return stop;
}

static int is_over(enum stop stop) { return stop == SLEPT || stop == ENDED; }

static void go(struct place to) {
    struct place at = {0};
    while (at.calls < to.calls || (at.calls == to.calls && at.stores < to.stores))
        if (is_over(run(&at))) return;
    while (at.calls == to.calls && at.stores == to.stores && at.steps < to.steps)
        if (is_over(step(&at))) return;
}

// MARK: a server that takes over

/// Runs until the first server has landed, declared or promised something, and no further.
static void go_to_first(void) {
    struct place at = {0};
    int hasDeclared = 0;
    while (scene->first != LANDED) {
        hasDeclared |= ledger[REDO_COUNT] != 0;
        if (scene->first == DECLARED && hasDeclared) return;
        int isDone = hasDeclared && ledger[REDO_COUNT] == 0;
        if (scene->first == PROMISED && isDone && ledger[OUTBOX_BYTES] != 0) return;
        need(!is_over(run(&at)), "nothing was promised");
    }
}

/// Kills the server, and has the next one stopped at its first instruction.
static void go_to_next_server(void) {
    go_to_first();
    int status;
    long next = 0;
    const long births = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
    long refused = ptrace(PTRACE_SEIZE, keeper, 0, PTRACE_O_TRACESYSGOOD | births);
    need(!refused, "PTRACE_SEIZE of the keeper: %m");
    kill_traced();
    while (!next) {
        need(await_stop(keeper, &status), "the keeper has started no other server");
        int event = status >> 16;
        if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
            ptrace(PTRACE_GETEVENTMSG, keeper, 0, &next);
        else ptrace(PTRACE_CONT, keeper, 0, event ? 0 : WSTOPSIG(status));
    }
    traced = next;
    need(await_stop(traced, &status), "the next server ended by itself");
    ptrace(PTRACE_SETOPTIONS, traced, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    ptrace(PTRACE_DETACH, keeper, 0, 0);
    watch();
}

static void begin(const struct scene *of) {
    scene = of;
    scene->setup();
    attach(server());
    scene->act();
    tick(1);
    go_to_beginning();
    if (scene->first) go_to_next_server();
}

// MARK: learning, and killing

static void add(struct way *way, struct place place) {
    if (way->count == way->capacity) {
        way->capacity = way->capacity ? 2 * way->capacity : 4096;
        way->places = realloc(way->places, way->capacity * sizeof *way->places);
        need(way->places, "no memory");
    }
    way->places[way->count++] = place;
}

static void detach(void) {
    int status;
    // The server is either stopped or asleep.
    if (ptrace(PTRACE_POKEUSER, traced, registers + 7 * register_size, 0))
        need(!ptrace(PTRACE_INTERRUPT, traced, 0, 0) && await_stop(traced, &status)
             && !ptrace(PTRACE_POKEUSER, traced, registers + 7 * register_size, 0), "PTRACE_INTERRUPT: %m");
    need(!ptrace(PTRACE_DETACH, traced, 0, 0), "PTRACE_DETACH: %m");
    traced = 0;
}

void learn(const struct scene *of, struct way *way) {
    begin(of);
    struct place at = {0};
    int closely = 0, isStaged = 0;
    for (enum stop stop = STEPPED; !is_over(stop);) {
        at.isClose = ledger[REDO_COUNT] || ledger[OUTBOX_BYTES];
        if (closely) add(way, at);
        stop = closely ? step(&at) : run(&at);
        if (stop == STORE) {
            int isDeclared = stored & 2 && ledger[REDO_COUNT];
            need(!isDeclared || isStaged, "what is to be changed is not where it was in the ledger");
            way->transactions += isDeclared;
            for (long i = way->count - 1; i >= 0 && i >= way->count - NEAR; i--) way->places[i].isClose = 1;
            isStaged = (isStaged || stored & 1) && !isDeclared;
            closely = isStaged || ledger[REDO_COUNT] ? UNDER_WAY : BEHIND;
        } else if (closely) closely--;
    }
    way->calls = at.calls;
    tick(0);
    detach();
}

int kill_at(const struct scene *of, struct place place) {
    begin(of);
    go(place);
    kill_traced();
    tick(0);
    return scene->first ? 2 : 1;
}

void let_go(void) {
    tick(0);
    if (traced) kill_traced();
}
