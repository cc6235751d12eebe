// Rows of "Reading": what read and write return, and how a signal ends a waiting read.
#include <pthread.h>

#include "probe.h"

static void one_token(void) {
    struct puppet p = puppet();
    long eight = ask(p, READ, 8), many = ask(p, READ, 1 << 17);
    need(eight == 1, "a read of 8 bytes gave %ld, not one '+'", eight);
    need(many == 1, "a read of 131072 bytes gave %ld, not one '+'", many);
    ask(p, WRITE, 2);
}

static void nonblocking(void) {
    struct puppet holder = puppet(), p = puppet();
    take(holder, tokens);
    ask(p, NONBLOCK, 1);
    double since = now_ms();
    long got = ask(p, READ, 1);
    need(got == -EAGAIN, "a nonblocking read of an empty device gave %ld, not EAGAIN", got);
    need(now_ms() - since < 100 * slow, "EAGAIN took %.0f ms", now_ms() - since);
    ask(holder, WRITE, 1);
    got = ask(p, READ, 1);
    need(got == 1, "a nonblocking read with a token free gave %ld", got);
    ask(p, WRITE, 1);
    ask(holder, WRITE, tokens - 1);
}

static void flags_per_request(void) {
    struct puppet holder = puppet(), p = puppet();
    take(holder, tokens);
    ask(p, NONBLOCK, 1);
    need(ask(p, READ, 1) == -EAGAIN, "O_NONBLOCK set by fcntl after open is not seen");
    ask(p, NONBLOCK, 0);
    start_reading(p);
    ask(holder, WRITE, 1);
    need(answer(p, 500 * slow, "the read after O_NONBLOCK was cleared").value == 1, "no token");
    ask(p, WRITE, 1);
    ask(p, NONBLOCK, 1);
    ask(holder, WRITE, tokens - 1);
}

static void blocking(void) {
    struct puppet holder = puppet(), p = puppet();
    double longest = 0;
    take(holder, tokens);
    for (int round = 0; round < 5; round++) {
        start_reading(p);
        double since = now_ms();
        ask(holder, WRITE, 1);
        struct answer got = answer(p, 500 * slow, "a blocked read after a write");
        need(got.value == 1, "a blocked read gave %ld", got.value);
        if (got.at - since > longest) longest = got.at - since;
        ask(p, WRITE, 1);
        take(holder, 1);
    }
    note("%.2f ms from write to read", longest);
    ask(holder, WRITE, tokens);
}

// make's SIGCHLD handler has SA_RESTART; the signal must end the read all the same.
static void interruptible(void) {
    struct puppet holder = puppet(), p = puppet();
    take(holder, tokens);
    for (int round = 0; round < 5; round++) {
        start_reading(p);
        kill(p.pid, SIGUSR1);
        struct answer got = answer(p, 500 * slow, "a read after a signal");
        need(got.value == -EINTR, "a signal with an SA_RESTART handler made the read give %ld, not EINTR", got.value);
    }
    need(ask(p, INTERRUPTED, 0) == 5, "the handler did not run each time");
    ask(holder, WRITE, tokens);
    take(p, 1);
    ask(p, WRITE, 1);
}

// A signal and a token come at the same moment: the read returns either, and no token is lost.
static void interrupt_race(void) {
    struct puppet holder = puppet(), p = puppet();
    int granted = 0, rounds = slow > 2 ? 60 : 300;
    take(holder, tokens);
    for (int round = 0; round < rounds; round++) {
        tell(p, READ, 1);
        if (round % 3 == 0) await_sleep(p);
        tell(holder, WRITE, 1);
        if (round % 2) sleep_ms(round % 7 * 0.02);
        kill(p.pid, SIGUSR1);
        need(answer(holder, 500 * slow, "a write").value == 1, "a write failed");
        long got = answer(p, 500 * slow, "a read, signalled and granted at once").value;
        need(got == 1 || got == -EINTR, "a read gave %ld", got);
        granted += got == 1;
        if (got == 1) need(ask(p, WRITE, 1) == 1, "a write failed");
        tell(holder, READ, 1);
        got = answer(holder, 500 * slow, "the read after an interrupted one: a token is lost").value;
        need(got == 1, "a read gave %ld", got);
    }
    note("%d of %d reads got their token", granted, rounds);
    ask(holder, WRITE, tokens);
}

// GCC ends with an internal error if its non-blocking read returns anything but a token or EAGAIN.
static void nonblocking_signals(void) {
    struct puppet holder = puppet(), p = puppet();
    int rounds = slow > 2 ? 60 : 300;
    take(holder, tokens);
    ask(p, NONBLOCK, 1);
    for (int free = 0; free <= 1; free++) {
        for (int round = 0; round < rounds; round++) {
            tell(p, READ, 1);
            if (round % 3) sleep_ms(round % 7 * 0.02);
            kill(p.pid, SIGUSR1);
            long got = answer(p, 500 * slow, "a nonblocking read with a signal").value;
            need(got == (free ? 1 : -EAGAIN), "a nonblocking read with a signal gave %ld", got);
            if (free) ask(p, WRITE, 1);
        }
        if (!free) ask(holder, WRITE, tokens);
    }
}

static void stop_continue(void) {
    struct puppet holder = puppet(), p = puppet();
    take(holder, tokens);
    start_reading(p);
    kill(p.pid, SIGSTOP);
    rest_ms(30);
    kill(p.pid, SIGCONT);
    rest_ms(30);
    int ended = answered(p, 0);
    if (ended) {
        long got = answer(p, 0, "").value;
        need(got == -EINTR, "SIGSTOP and SIGCONT made a read give %ld", got);
        start_reading(p);
    }
    note(ended ? "EINTR, as CUSE does" : "the read went on");
    ask(holder, WRITE, 1);
    need(answer(p, 500 * slow, "a read after SIGCONT").value == 1, "no token");
    ask(p, WRITE, 1);
    ask(holder, WRITE, tokens - 1);
}

static void kill_blocked(void) {
    struct puppet holder = puppet(), next = puppet();
    take(holder, tokens);
    for (int round = 0; round < 5; round++) {
        struct puppet p = puppet();
        start_reading(p);
        kill_puppet(p);
    }
    start_reading(next);
    ask(holder, WRITE, 1);
    need(answer(next, 500 * slow, "the reader behind killed ones").value == 1, "no token");
    ask(next, WRITE, 1);
    ask(holder, WRITE, tokens - 1);
}

static void write_never_fails(void) {
    struct puppet p = puppet();
    take(p, 3);
    long one = ask(p, WRITE, 1), eight = ask(p, WRITE, 8);
    need(one == 1 && eight == 8, "writes of 1 and 8 bytes gave %ld and %ld", one, eight);
}

static void drain(void) {
    for (int round = 0; round < 3; round++) need_free(tokens, "one client, read after read");
}

static void many_readers(void) {
    enum { READERS = 400 };
    struct puppet holder = puppet();
    int returned[2];
    char done[READERS];
    need(!pipe(returned), "pipe: %m");
    take(holder, tokens);
    for (int i = 0; i < READERS; i++) {
        if (fork_or_fail()) continue;
        int file = open_device(O_RDWR);
        char token;
        if (write(returned[1], "o", 1) != 1) _exit(1);
        need(read(file, &token, 1) == 1, "a reader of many: %m");
        need(write(file, &token, 1) == 1, "a writer of many: %m");
        _exit(write(returned[1], "x", 1) != 1);
    }
    for (int i = 0; i < READERS; i++) need(read(returned[0], done, 1) == 1, "pipe: %m");
    double since = now_ms();
    ask(holder, WRITE, tokens);
    for (int i = 0; i < READERS; i++) need(read(returned[0], done, 1) == 1, "pipe: %m");
    note("%d readers served in %.0f ms", READERS, now_ms() - since);
}

static int shared_file;
static _Atomic int shared_reads;

static void *read_shared(void *unused) {
    char token;
    if (read(shared_file, &token, 1) == 1) shared_reads++;
    return unused;
}

// Eight reads of one process wait on one file, while the process returns tokens on that file: a waiting read
// must not delay a write.
static void many_reads(void) {
    enum { READS = 8 };
    struct puppet holder = puppet();
    pthread_t thread;
    shared_file = open_device(O_RDWR);
    take(holder, tokens);
    for (int i = 0; i < READS; i++) need(!pthread_create(&thread, 0, read_shared, 0), "pthread_create: %m");
    rest_ms(50);
    need(shared_reads == 0, "%d reads did not wait", shared_reads);
    ask(holder, WRITE, 1);
    for (int served = 1; served <= READS; served++) {
        double until = now_ms() + 500 * slow;
        while (shared_reads < served && now_ms() < until) sleep_ms(0.2);
        need(shared_reads == served, "%d of %d reads were served by %d tokens", shared_reads, READS, served);
        need(write(shared_file, "+", 1) == 1, "write beside waiting reads: %m");
    }
    ask(holder, WRITE, tokens - 1);
}

static const char fifo[] = "a FIFO's read restarts by itself";
const struct row reading_rows[] = {
    {"one-token", one_token, CUSE | FUSE, "a FIFO gives as many as are read"},
    {"nonblocking", nonblocking, ANY, 0},
    {"flags-per-request", flags_per_request, ANY, 0},
    {"blocking", blocking, ANY, 0},
    {"interruptible", interruptible, CUSE | FUSE, fifo},
    {"interrupt-race", interrupt_race, CUSE | FUSE, fifo},
    {"nonblocking-signals", nonblocking_signals, ANY, 0},
    {"stop-continue", stop_continue, ANY, 0},
    {"interrupt-once", kill_blocked, ANY, 0},
    {"write-never-fails", write_never_fails, CUSE | FUSE, "a FIFO keeps what is written too much"},
    {"drain-friendly", drain, ANY, 0},
    {"many-readers", many_readers, ANY, 0},
    {"many-reads", many_reads, ANY, 0},
    {0},
};
