// Rows of "Accounting": who holds which tokens, and when they come back.
#include <sched.h>

#include "probe.h"

// MARK: loans

static void over_return(void) {
    struct puppet p = puppet(), q = puppet();
    take(p, 2);
    need(ask(p, WRITE, 100) == 100, "a write of 100 bytes");
    need(ask(p, WRITE, 100) == 100, "a second write of 100 bytes");
    need_free(tokens + 1, "200 bytes written by a holder of 2: both, its implicit slot, the rest dropped");
    need(ask(q, WRITE, 5) == 5, "a write by another process");
    need_free(tokens + 2, "and 5 by another process: its implicit slot");
    kill_puppet(p), kill_puppet(q);
    await_free(tokens, "both have ended");
}

static void lent_slot(void) {
    struct puppet p = puppet();
    ask(p, WRITE, 1);
    need_free(tokens + 1, "one byte written by a process that holds nothing");
    ask(p, WRITE, 1);
    need_free(tokens + 1, "two bytes written by it");
    take(p, 1);
    need_free(tokens, "it has read one: the loan is over");
    ask(p, WRITE, 1);
    need_free(tokens + 1, "it lends again");
    kill_puppet(p);
    await_free(tokens, "it has ended");
}

// cargo and rustc lend while nothing is free: then the pool may be short, but never larger for good.
static void lent_when_empty(void) {
    struct puppet holder = puppet(), p = puppet(), q = puppet();
    take(holder, tokens);
    ask(p, WRITE, 1);
    take(q, 1);
    need_free(0, "the lent slot is taken by another");
    kill_puppet(p);
    ask(q, WRITE, 1);
    await_free(0, "the lender is gone: what it lent comes back and is not free");
    ask(holder, WRITE, tokens);
    await_free(tokens, "all returned");
}

// MARK: whose token

static void passing(void) {
    int file = open_device(O_RDWR);
    struct puppet a = puppet_with(file), b = puppet_with(file);
    take(a, 2);
    need(ask(b, WRITE, 1) == 1, "write");
    need_free(tokens - 1, "A took two, B returned one through A's open file");
    kill_puppet(b);
    rest_ms(30);
    need_free(tokens - 1, "B has ended, who held nothing");
    need(ask(a, WRITE, 1) == 1, "write");
    need_free(tokens, "A returned the other");
}

static void no_passing(void) {
    struct puppet a = puppet(), b = puppet();
    take(a, 2);
    ask(b, WRITE, 1);
    need_free(tokens - 1, "A holds two, B lends its slot through a file of its own");
    kill_puppet(b);
    await_free(tokens - 2, "B has ended, and A still holds two");
    ask(a, WRITE, 2);
    need_free(tokens, "A returned both");
}

static void by_process(void) {
    struct puppet p = puppet();
    need(ask(p, READ_IN_THREAD, 1) == 1, "a read in a thread");
    rest_ms(30);
    need_free(tokens - 1, "the thread that read has ended, its process has not");
    ask(p, WRITE, 1);
    need_free(tokens, "another thread wrote it back");
    need(ask(p, READ_IN_THREAD, 1) == 1, "a read in a thread");
    kill_puppet(p);
    await_free(tokens, "the process has ended");
}

static void two_files(void) {
    int other = open_device(O_RDWR);
    need(read(open_device(O_RDWR), &(char){0}, 1) == 1, "read: %m");
    need(write(other, "+", 1) == 1, "write: %m");
    need_free(tokens, "taken through one file, returned through another, as make does");
}

// MARK: what keeps a token

static void exec_keeps(void) {
    struct puppet p = puppet();
    take(p, 1);
    tell(p, EXEC, 0);
    rest_ms(100);
    need_free(tokens - 1, "the holder has become another program");
    kill_puppet(p);
    await_free(tokens, "the program has ended");
}

static void close_keeps(void) {
    struct puppet p = puppet();
    take(p, 1);
    ask(p, CLOSE, 0);
    rest_ms(50);
    need_free(tokens - 1, "the holder has closed the device");
    kill_puppet(p);
    await_free(tokens, "the holder has ended");
}

static void stopped_keeps(void) {
    struct puppet p = puppet();
    take(p, 1);
    kill(p.pid, SIGSTOP);
    rest_ms(200);
    need_free(tokens - 1, "the holder is stopped");
}

// MARK: reclaim

static double reclaim_time(int child_has_file) {
    struct puppet waiter = puppet(), holder, child;
    if (child_has_file) {
        int file = open_device(O_RDWR);
        holder = puppet_with(file), child = puppet_with(file);
        close(file);
    } else {
        holder = puppet();
    }
    take(holder, tokens);
    start_reading(waiter);
    double since = now_ms();
    kill(holder.pid, SIGKILL);
    double took = answer(waiter, 1000 * slow, "a read that waits for a killed holder's token").at - since;
    kill_puppet(waiter), kill_puppet(holder);
    if (child_has_file) kill_puppet(child);
    return took;
}

static int by_size(const void *a, const void *b) { return *(double *)a < *(double *)b ? -1 : 1; }

static void reclaim_within(int child_has_file) {
    double took[9];
    for (int i = 0; i < 9; i++) took[i] = reclaim_time(child_has_file);
    qsort(took, 9, sizeof *took, by_size);
    note("median %.2f ms, longest %.2f ms", took[4], took[8]);
    need(took[4] <= reclaim_ms * slow, "tokens of a killed holder came after %.1f ms (median of 9)", took[4]);
}

static void reclaim(void) { reclaim_within(0); }
static void reclaim_file_lives(void) { reclaim_within(1); }

static void reclaim_at_exit(void) {
    pid_t pid = fork_or_fail();
    if (pid == 0) {
        int file = open_device(O_RDWR);
        for (int i = 0; i < 3; i++) need(read(file, &(char){0}, 1) == 1, "read: %m");
        _exit(0);
    }
    waitpid(pid, 0, 0);
    await_free(tokens, "a holder of three has exited");
}

// If a process is killed while a token is on its way to it, the token is not lost.
static void kill_race(void) {
    struct puppet holder = puppet();
    int rounds = slow > 2 ? 30 : 150;
    take(holder, tokens);
    for (int round = 0; round < rounds; round++) {
        struct puppet p = puppet();
        tell(p, READ, 1);
        if (round % 2) await_sleep(p);
        tell(holder, WRITE, 1);
        if (round % 3) sleep_ms(round % 7 * 0.02);
        kill(p.pid, SIGKILL);
        need(answer(holder, 500 * slow, "a write").value == 1, "a write failed");
        kill_puppet(p);
        tell(holder, READ, 1);
        long got = answer(holder, 500 * slow, "a read after a reader was killed: its token is lost").value;
        need(got == 1, "a read gave %ld", got);
    }
    note("%d readers killed", rounds);
    ask(holder, WRITE, tokens);
}

// MARK: namespaces

static void child_namespace(void) {
    if (unshare(CLONE_NEWPID)) skip("no right to make a PID namespace");
    struct puppet init = puppet(), p = puppet();
    take(p, 2);
    need_free(tokens - 2, "a process in a PID namespace of its own holds two");
    ask(p, WRITE, 1);
    need_free(tokens - 1, "it has returned one");
    kill_puppet(p);
    await_free(tokens, "it has ended");
    kill_puppet(init);
}

static void unseen(void) {
    if (!invisible) skip("needs a server in a PID namespace of its own, and --invisible");
    struct puppet p = puppet(), q = puppet();
    take(p, 2);
    need_free(tokens - 2, "a process that the server cannot see holds two");
    ask(p, WRITE, 1);
    need_free(tokens - 1, "it has returned one");
    take(q, 1);
    kill_puppet(q);
    await_free(tokens - 1, "another one has ended with a token, its file is released");
    ask(p, CLOSE, 0);
    await_free(tokens, "the first has closed the device");
}

static const char why[] = "a FIFO does not know who holds a token";
enum { SEEN = CUSE | FUSE };
const struct row accounting_rows[] = {
    {"conservation-over-return", over_return, SEEN, why},
    {"lent-slot", lent_slot, SEEN, why},
    {"lent-slot-empty", lent_when_empty, SEEN, why},
    {"passing", passing, SEEN, why},
    {"passing-own-file", no_passing, SEEN, why},
    {"by-process", by_process, SEEN, why},
    {"by-process-two-files", two_files, ANY, 0},
    {"exec-keeps", exec_keeps, SEEN, why},
    {"close-keeps", close_keeps, SEEN, why},
    {"stopped-keeps", stopped_keeps, SEEN, why},
    {"reclaim", reclaim, SEEN, why},
    {"reclaim-file-lives", reclaim_file_lives, SEEN, why},
    {"reclaim-exit", reclaim_at_exit, SEEN, why},
    {"reclaim-race", kill_race, SEEN, why},
    {"namespaces", child_namespace, SEEN, why},
    {"namespaces-unseen", unseen, SEEN, why},
    {0},
};
