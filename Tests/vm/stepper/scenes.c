// The requests to the server at the moment of its death, and the results that must follow.
#include "stepper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stddef.h>

static struct client holder, a, b;
static pid_t program;

static void account(long free, long held, long lent) {
    await_field("held", held);
    await_field("lent", lent);
    await_field("free", free);
}

static void a_is_open(void) { a = opened(0); }
static void a_does_not_wait(void) { a = opened(O_NONBLOCK); }
static void all_is_held(void) {
    holder = opened(0);
    take(holder, TOKENS);
}
static void a_finds_nothing(void) { all_is_held(), a_does_not_wait(); }
static void a_would_wait(void) { all_is_held(), a_is_open(); }
static void a_waits(void) {
    a_would_wait();
    start_waiting(a, READ);
}
static void a_polls(void) {
    all_is_held(), a_does_not_wait();
    start_waiting(a, POLL);
}
static void both_wait(void) {
    a_waits(), b = opened(0);
    start_waiting(b, READ);
}
static void one_polls_and_one_waits(void) {
    a_polls(), b = opened(0);
    start_waiting(b, READ);
}

static void a_reads(void) { tell(a, READ, 0); }
static void holder_returns(void) { tell(holder, WRITE, 1); }
static void holder_returns_all(void) { tell(holder, WRITE, TOKENS); }

// MARK: what must have come of it

static void open_after(void) {
    expect(a, 0, "open");
    account(TOKENS, 0, 0);
    ask(a, READ, 0, 1, "the next read");
    ask(a, WRITE, 1, 1, "the next write");
}

static void open_act(void) { tell(a, OPEN, O_NONBLOCK); }
static void newborn_setup(void) { a = newborn(); }

static void token_after(void) {
    expect(a, 1, "the read");
    account(TOKENS - 1, 1, 0);
    ask(a, WRITE, 1, 1, "the next write");
}

static void nothing_after(void) {
    expect(a, -EAGAIN, "the read");
    account(0, TOKENS, 0);
    ask(holder, WRITE, 1, 1, "the next write");
    ask(a, READ, 0, 1, "the next read");
}

static void waiting_after(void) {
    await_field("waiting", 1);
    account(0, TOKENS, 0);
    need(!answered(a), "a read was answered that should wait: %ld", answer(a));
    ask(holder, WRITE, 1, 1, "the next write");
    expect(a, 1, "the read that waited");
    account(0, TOKENS, 0);
}

static void returned_after(void) {
    expect(holder, 1, "the write");
    account(1, TOKENS - 1, 0);
    ask(holder, READ, 0, 1, "the next read");
}

static void passed_after(void) {
    expect(holder, 1, "the write");
    expect(a, 1, "the read that waited");
    account(0, TOKENS, 0);
}

static void all_passed_after(void) {
    expect(holder, TOKENS, "the write");
    expect(a, 1, "the first read");
    expect(b, 1, "the second read");
    account(0, TOKENS, 0);
}

static void woken_after(void) {
    expect(holder, 1, "the write");
    expect(a, POLLIN, "the poll");
    ask(a, READ, 0, 1, "the read of one who was woken");
    account(0, TOKENS, 0);
}

static void polling_after(void) {
    need(!answered(a), "a poll was answered that should wait: %ld", answer(a));
    ask(holder, WRITE, 1, 1, "the next write");
    expect(a, POLLIN, "the poll that waited");
    ask(a, READ, 0, 1, "the read of one who was woken");
    account(0, TOKENS, 0);
}

static void poll_act(void) { tell(a, POLL, 60000); }
static void ready_after(void) {
    expect(a, POLLIN, "the poll");
    ask(a, READ, 0, 1, "the read of one who polled");
    account(TOKENS - 1, 1, 0);
}

static void lent_after(void) {
    expect(a, 1, "the write");
    account(TOKENS + 1, 0, 1);
    ask(a, READ, 0, 1, "the next read");
    account(TOKENS, 0, 0);
}
static void lend_act(void) { tell(a, WRITE, 1); }

static void interrupt_act(void) { kill(a.pid, SIGUSR1); }
static void interrupted_after(void) {
    expect(a, -EINTR, "the interrupted read");
    await_field("waiting", 0);
    account(0, TOKENS, 0);
    ask(holder, WRITE, 1, 1, "the next write");
    account(1, TOKENS - 1, 0);
    ask(a, READ, 0, 1, "the next read");
}

static void close_act(void) { tell(holder, CLOSE, 0); }
static void closed_after(void) {
    expect(holder, 0, "close");
    // A process that has closed the file still has its tokens.
    account(0, TOKENS, 0);
    ask(holder, OPEN, 0, 0, "the next open");
    ask(holder, WRITE, TOKENS, TOKENS, "the next write");
    account(TOKENS, 0, 0);
}

static void ioctl_act(void) { tell(a, AVAILABLE, 0); }
static void ioctl_after(void) { expect(a, TOKENS, "FIONREAD"); }

static void unknown_act(void) { tell(a, UNKNOWN, 0); }
static void unknown_after(void) { expect(a, -ENOTTY, "an ioctl that nobody knows"); }

static void truncate_act(void) { tell(a, TRUNCATE, 0); }
static void truncate_after(void) { expect(a, 0, "ftruncate"); }

// MARK: events

static int a_has_it(void) { return answered(a); }
static int b_has_it(void) { return answered(b); }
static int program_has_ended(void) { return has_ended(program); }

static void death_act(void) { end_client(holder); }
static void death_after(void) {
    expect(a, 1, "the read that waited");
    account(TOKENS - 1, 1, 0);
}

// A token that woke a poller stays reserved for it for a tenth of a second, and then the reader gets it.
static void timer_after(void) {
    expect(holder, 1, "the write");
    expect(a, POLLIN, "the poll");
    expect(b, 1, "the read that waited");
    account(0, TOKENS, 0);
    ask(a, READ, 0, -EAGAIN, "the read of one who was too slow");
}

static void set_jobs(const char *change) {
    const char *const words[] = {"stevectl", "set", "--device", "stepper", change, 0};
    program = run_program(words);
}
static void set_act(void) { set_jobs("jobs=3"); }
static void set_after(void) {
    expect_end(program, 0, "stevectl set");
    expect(a, 1, "the read that waited");
    await_field("limit", 3);
    account(0, 3, 0);
    set_jobs("jobs=2");
    expect_end(program, 0, "the next stevectl set");
    account(-1, 3, 0);
}

// stevectl becomes the command once it has its answer.
static int limited(void) { return is_called(program, "sleep"); }
static void limit_act(void) {
    static const char *const words[] = {"stevectl", "limit", "--device", "stepper", "--jobs", "1",
                                        "--", "sleep", "1000", 0};
    program = run_program(words);
}
static void limited_after(void) {
    await_field("limit", 1);
    need(!has_ended(program), "stevectl limit has ended: see its words");
    account(1, 0, 0);
    kill(program, SIGKILL);
    expect_end(program, SIGKILL, "the limited program");
    await_field("limit", TOKENS);
}

static void a_waits_below_a_limit(void) {
    holder = opened(0), a = opened(0);
    limit_act();
    await_field("limit", 1);
    take(holder, 1);
    start_waiting(a, READ);
}
static void end_limit_act(void) {
    kill(program, SIGKILL);
    expect_end(program, SIGKILL, "the limited program");
}
static void end_limit_after(void) {
    expect(a, 1, "the read that waited");
    await_field("limit", TOKENS);
    account(0, TOKENS, 0);
}

static void nothing(void) {}
static void wrap_act(void) {
    static const char *const words[] = {"with-steve", "--dev-name", "stepper", "--", "true", 0};
    program = run_program(words);
}
static void wrapped_after(void) {
    expect_end(program, 0, "with-steve");
    account(TOKENS, 0, 0);
}
static void wrapper_waits(void) {
    all_is_held(), wrap_act();
    await_field("waiting", 1);
}
static void wrapper_served_after(void) {
    expect(holder, 1, "the write");
    expect_end(program, 0, "with-steve");
    account(1, TOKENS - 1, 0);
}

const struct scene scenes[] = {
    {.name = "open", .opcode = FUSE_OPEN, .setup = newborn_setup, .act = open_act, .after = open_after},
    {.name = "read", .opcode = FUSE_READ, .setup = a_is_open, .act = a_reads, .after = token_after},
    {.name = "read-at-once", .opcode = FUSE_READ, .setup = a_does_not_wait, .act = a_reads,
     .after = token_after},
    {.name = "read-nothing", .opcode = FUSE_READ, .setup = a_finds_nothing, .act = a_reads,
     .after = nothing_after},
    {.name = "read-waits", .opcode = FUSE_READ, .setup = a_would_wait, .act = a_reads,
     .after = waiting_after},
    {.name = "write", .opcode = FUSE_WRITE, .setup = all_is_held, .act = holder_returns,
     .after = returned_after},
    {.name = "write-passes", .opcode = FUSE_WRITE, .setup = a_waits, .act = holder_returns,
     .after = passed_after},
    {.name = "write-passes-all", .opcode = FUSE_WRITE, .setup = both_wait, .act = holder_returns_all,
     .after = all_passed_after},
    {.name = "write-wakes", .opcode = FUSE_WRITE, .setup = a_polls, .act = holder_returns,
     .after = woken_after},
    {.name = "write-lends", .opcode = FUSE_WRITE, .setup = a_is_open, .act = lend_act, .after = lent_after},
    {.name = "poll", .opcode = FUSE_POLL, .setup = a_does_not_wait, .act = poll_act, .after = ready_after},
    {.name = "poll-waits", .opcode = FUSE_POLL, .setup = a_finds_nothing, .act = poll_act,
     .after = polling_after},
    {.name = "interrupt", .opcode = FUSE_INTERRUPT, .setup = a_waits, .act = interrupt_act,
     .after = interrupted_after},
    {.name = "release", .opcode = FUSE_RELEASE, .setup = all_is_held, .act = close_act,
     .after = closed_after},
    // On a file the kernel answers FIONREAD itself.
    {.name = "ioctl", .opcode = FUSE_IOCTL, .setup = a_is_open, .act = ioctl_act, .after = ioctl_after,
     .notOn = "fuse"},
    {.name = "ioctl-unknown", .opcode = FUSE_IOCTL, .setup = a_is_open, .act = unknown_act,
     .after = unknown_after},
    {.name = "truncate", .opcode = FUSE_SETATTR, .setup = a_is_open, .act = truncate_act,
     .after = truncate_after, .notOn = "cuse"},
    {.name = "death", .setup = a_waits, .act = death_act, .after = death_after, .done = a_has_it},
    {.name = "timer", .setup = one_polls_and_one_waits, .act = holder_returns, .after = timer_after,
     .done = b_has_it, .isTimer = 1},
    {.name = "set", .setup = a_waits, .act = set_act, .after = set_after, .done = program_has_ended},
    {.name = "limit", .setup = nothing, .act = limit_act, .after = limited_after, .done = limited},
    {.name = "limit-ends", .setup = a_waits_below_a_limit, .act = end_limit_act,
     .after = end_limit_after, .done = a_has_it},
    {.name = "wrapper", .setup = nothing, .act = wrap_act, .after = wrapped_after,
     .done = program_has_ended},
    {.name = "wrapper-waits", .opcode = FUSE_WRITE, .setup = wrapper_waits, .act = holder_returns,
     .after = wrapper_served_after},
    {.name = "takeover-landed", .opcode = FUSE_WRITE, .setup = both_wait, .act = holder_returns_all,
     .after = all_passed_after,
     .done = b_has_it, .first = LANDED},
    {.name = "takeover-declared", .opcode = FUSE_WRITE, .setup = both_wait, .act = holder_returns_all,
     .after = all_passed_after,
     .done = b_has_it, .first = DECLARED},
    {.name = "takeover-promised", .opcode = FUSE_WRITE, .setup = a_polls, .act = holder_returns,
     .after = woken_after,
     .done = a_has_it, .first = PROMISED},
    {.name = 0},
};
