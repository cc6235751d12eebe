// Processes that have the device open, and make one call at a time when told.
#include "stepper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct order { enum call call; long argument; };
enum { MOST = 32 };
static struct client clients[MOST];
static pid_t programs_[MOST];
static int client_count, program_count;

static long or_errno(long result) { return result < 0 ? -errno : result; }

static long read_token(int file) {
    char byte = '-';
    long got = or_errno(read(file, &byte, 1));
    return got == 1 && byte != '+' ? -1000 - byte : got;
}

static long wait_for_token(int file, int ms) {
    struct pollfd wait = {.fd = file, .events = POLLIN};
    int ready = poll(&wait, 1, ms);
    return ready < 0 ? -errno : ready ? wait.revents : 0;
}

static long available(int file) {
    int count = -1;
    return ioctl(file, FIONREAD, &count) < 0 ? -errno : count;
}

static long obey(int *file, struct order order) {
    switch (order.call) {
    case OPEN: return *file = open(device, order.argument | O_RDWR | O_CLOEXEC), *file < 0 ? -errno : 0;
    case READ: return read_token(*file);
    case WRITE: return or_errno(write(*file, "++++++++", order.argument));
    case POLL: return wait_for_token(*file, order.argument);
    case CLOSE: return or_errno(close(*file));
    case AVAILABLE: return available(*file);
    case UNKNOWN: return or_errno(ioctl(*file, 0x7357, 0));
    case TRUNCATE: return or_errno(ftruncate(*file, 0));
    }
    return -EINVAL;
}

static void interrupted(int number) { (void)number; }

static void live(int orders, int answers) {
    // The signal interrupts a call that waits, and no call is restarted.
    struct sigaction action = {.sa_handler = interrupted};
    sigaction(SIGUSR1, &action, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "stepper-client");
    int file = -1;
    for (struct order order; read(orders, &order, sizeof order) == sizeof order;) {
        long value = obey(&file, order);
        if (write(answers, &value, sizeof value) != sizeof value) break;
    }
    _exit(0);
}

struct client newborn(void) {
    int orders[2], answers[2];
    need(client_count < MOST && !pipe2(orders, O_CLOEXEC) && !pipe2(answers, O_CLOEXEC), "pipe2: %m");
    struct client c = {.pid = fork(), .to = orders[1], .from = answers[0]};
    need(c.pid >= 0, "fork: %m");
    if (c.pid == 0) close(orders[1]), close(answers[0]), live(orders[0], answers[1]);
    close(orders[0]), close(answers[1]);
    return clients[client_count++] = c;
}

struct client opened(int flags) {
    struct client c = newborn();
    ask(c, OPEN, flags, 0, "open");
    return c;
}

void tell(struct client c, enum call call, long argument) {
    struct order order = {call, argument};
    need(write(c.to, &order, sizeof order) == sizeof order, "client %d: %m", c.pid);
}

static int answered_within(struct client c, int ms) {
    struct pollfd wait = {.fd = c.from, .events = POLLIN};
    return poll(&wait, 1, ms) == 1;
}

int answered(struct client c) { return answered_within(c, 0); }

long answer(struct client c) {
    long value;
    need(answered_within(c, 5000 * slow), "a client has no answer after %.0f s", 5 * slow);
    need(read(c.from, &value, sizeof value) == sizeof value, "a client has ended");
    return value;
}

void expect(struct client c, long value, const char *what) {
    long is = answer(c);
    const char *why = is < 0 && is > -1000 ? strerror(-is) : "no error";
    need(is == value, "%s gave %ld (%s) and not %ld", what, is, why, value);
}

void ask(struct client c, enum call call, long argument, long value, const char *what) {
    tell(c, call, argument);
    expect(c, value, what);
}

void take(struct client c, int count) {
    for (int i = 0; i < count; i++) ask(c, READ, 0, 1, "a read of a free token");
}

void start_waiting(struct client c, enum call call) {
    long before = field("waiting");
    tell(c, call, 60000);
    await_field("waiting", before + 1);
}

void end_client(struct client c) {
    for (int i = 0; i < client_count; i++) {
        if (clients[i].pid != c.pid) continue;
        kill(c.pid, SIGKILL);
        for (double since = now_ms(); waitpid(c.pid, 0, WNOHANG) == 0; nap())
            if (now_ms() - since > 5000 * slow) {
                // Only the daemon's end can free a process that waits for the device in this way.
                stop_daemon();
                waitpid(c.pid, 0, 0);
                break;
            }
        close(c.to), close(c.from);
        clients[i] = clients[--client_count];
    }
}

pid_t run_program(const char *const words[]) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", programs, words[0]);
    pid_t pid = fork();
    need(pid >= 0 && program_count < MOST, "fork: %m");
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        char log[160];
        snprintf(log, sizeof log, "%s/said", folder);
        int file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        dup2(file, 1), dup2(file, 2);
        execv(path, (char *const *)words);
        _exit(127);
    }
    return programs_[program_count++] = pid;
}

int has_ended(pid_t pid) {
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

int is_called(pid_t pid, const char *name) {
    char path[64], is[32] = "";
    snprintf(path, sizeof path, "/proc/%d/comm", pid);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    if (!fgets(is, sizeof is, file)) is[0] = 0;
    fclose(file);
    is[strcspn(is, "\n")] = 0;
    return !strcmp(is, name);
}

void expect_end(pid_t pid, int status, const char *what) {
    int is;
    for (double since = now_ms(); !has_ended(pid); nap())
        need(now_ms() - since < 5000 * slow, "%s has not ended after %.0f s", what, 5 * slow);
    waitpid(pid, &is, 0);
    for (int i = 0; i < program_count; i++)
        if (programs_[i] == pid) programs_[i] = programs_[--program_count];
    need(is == status, "%s ended with status %x and not %x: see %s/said", what, is, status, folder);
}

void end_all(void) {
    while (client_count) end_client(clients[0]);
    while (program_count) {
        pid_t pid = programs_[--program_count];
        kill(pid, SIGKILL);
        waitpid(pid, 0, 0);
    }
}
