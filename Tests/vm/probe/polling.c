// Rows of "poll", "reservation", "no-false-ready" and "every-wake".
#include <sys/mman.h>

#include "probe.h"

// How long the reservation of a token that woke a poller lasts.
enum { RESERVED_MS = 100 };

static void poll_ready(void) {
    struct puppet holder = puppet();
    struct pollfd wait = {.fd = open_device(O_RDWR), .events = POLLIN | POLLOUT | POLLPRI | POLLRDHUP};
    need(poll(&wait, 1, 0) == 1 && wait.revents == (POLLIN | POLLOUT), "with tokens free: events %#x", wait.revents);
    // The device reserves a token for this poller: it must not be one that the holder needs.
    close(wait.fd);
    take(holder, tokens);
    wait.fd = open_device(O_RDWR);
    need(poll(&wait, 1, 0) == 1 && wait.revents == POLLOUT, "with none free: events %#x", wait.revents);
    close(wait.fd);
    ask(holder, WRITE, tokens);
}

// A wait that begins with no free token wakes when one comes, and then a read gets it.
static double wake(struct puppet holder, struct puppet p, enum command how) {
    tell(p, how, 3000 * slow);
    await_sleep(p);
    double since = now_ms();
    ask(holder, WRITE, 1);
    struct answer woken = answer(p, 4000 * slow, "a wait for a token that came");
    need(woken.value == POLLIN, "a wait gave events %#lx, not POLLIN", woken.value);
    need(woken.at - since < 100 * slow, "a wait ended %.0f ms after the token came", woken.at - since);
    long got = ask(p, READ, 1);
    need(got == 1, "POLLIN, and then read gave %ld", got);
    return woken.at - since;
}

static void wakes(enum command how) {
    struct puppet holder = puppet(), p = puppet();
    double longest = 0;
    ask(p, NONBLOCK, 1);
    take(holder, tokens);
    for (int round = 0; round < 10; round++) {
        double took = wake(holder, p, how);
        if (took > longest) longest = took;
        need(ask(p, READ, 1) == -EAGAIN, "one token came, and two reads succeed");
        ask(p, WRITE, 1);
        take(holder, 1);
    }
    note("longest of 10: %.2f ms", longest);
    ask(holder, WRITE, tokens);
}

static void wake_poll(void) { wakes(POLL); }
static void wake_select(void) { wakes(SELECT); }
static void wake_epoll(void) { wakes(EPOLL_LEVEL); }
static void wake_epoll_edge(void) { wakes(EPOLL_EDGE); }

static void wake_by_death(void) {
    struct puppet p = puppet(), holder = puppet();
    ask(p, NONBLOCK, 1);
    take(holder, tokens);
    tell(p, POLL, 3000 * slow);
    await_sleep(p);
    double since = now_ms();
    kill(holder.pid, SIGKILL);
    struct answer woken = answer(p, 4000 * slow, "a poll whose token's holder was killed");
    need(woken.value == POLLIN, "poll gave events %#lx", woken.value);
    need(woken.at - since < 100 * slow, "poll ended %.0f ms after the holder's death", woken.at - since);
    need(ask(p, READ, 1) == 1, "POLLIN, and then no token");
    note("%.2f ms", woken.at - since);
    kill_puppet(holder);
}

// One token wakes one of eight pollers. The others sleep until it is returned.
static void no_herd(void) {
    enum { POLLERS = 8 };
    struct puppet holder = puppet(), pollers[POLLERS];
    int woken = 0;
    take(holder, tokens);
    for (int i = 0; i < POLLERS; i++) {
        pollers[i] = puppet();
        ask(pollers[i], NONBLOCK, 1);
        tell(pollers[i], POLL, 3000 * slow);
        await_sleep(pollers[i]);
    }
    double since = now_ms();
    ask(holder, WRITE, 1);
    double until = now_ms() + 500 * slow;
    for (int i = 0; !answered(pollers[i], 0); i = (i + 1) % POLLERS)
        need(now_ms() < until, "a token woke no poller in %.0f ms", 500 * slow);
    sleep_ms(50);
    // 100 ms after the first poller it is the next one's turn: that is no herd, and may be over on a slow
    // machine.
    for (int i = 0; i < POLLERS; i++)
        woken += answered(pollers[i], 0) && answer(pollers[i], 0, "").at < since + RESERVED_MS;
    need(woken <= 1, "one token woke %d of %d pollers", woken, POLLERS);
}

// MARK: reservations

// One token is left and reserved for a poller that does not read. Returns how many ms after the token came,
// or after the poller's own action, a blocked reader has it.
static double passes_after(int how) {
    struct puppet holder = puppet(), poller = puppet(), reader = puppet();
    take(holder, tokens);
    tell(poller, POLL, 3000 * slow);
    await_sleep(poller);
    start_reading(reader);
    double came = now_ms();
    ask(holder, WRITE, 1);
    need(answer(poller, 500 * slow, "the first in the queue").value == POLLIN, "the poller was first, and is not woken");
    sleep_ms(20);
    double since = now_ms();
    if (how == CLOSE) ask(poller, CLOSE, 0);
    if (how == SIGKILL) kill(poller.pid, SIGKILL);
    double at = answer(reader, 1000 * slow, "the reader behind a poller that does not read").at;
    need(at >= came + RESERVED_MS || (how && at >= since), "the token that woke a poller went to a reader behind it");
    kill_puppet(reader), kill_puppet(holder), kill_puppet(poller);
    return at - (how ? since : came);
}

static void reservation_expires(void) {
    double took = passes_after(0);
    note("after %.0f ms", took);
    need(took < 250 * slow, "passed on after %.0f ms, should be %d", took, RESERVED_MS);
}

static void reservation_closed(void) {
    double took = passes_after(CLOSE);
    note("%.2f ms", took);
    need(took < 30 * slow, "passed on %.0f ms after close", took);
}

static void reservation_dead(void) {
    double took = passes_after(SIGKILL);
    note("%.2f ms", took);
    need(took < 30 * slow, "passed on %.0f ms after the death", took);
}

// MARK: beside blocking readers

struct turns { _Atomic int hogs, poller, false_ready, stop; };

static void hog(struct turns *turns) {
    int file = open_device(O_RDWR);
    char token;
    while (!turns->stop) {
        need(read(file, &token, 1) == 1, "a hog's read: %m");
        turns->hogs++;
        sleep_ms(5);
        need(write(file, &token, 1) == 1, "a hog's write: %m");
    }
}

static void polite(struct turns *turns) {
    struct pollfd wait = {.fd = open_device(O_RDWR | O_NONBLOCK), .events = POLLIN};
    char token;
    while (!turns->stop) {
        if (poll(&wait, 1, 500) == 0) continue;
        need(wait.revents == POLLIN, "poll gave events %#x", wait.revents);
        if (read(wait.fd, &token, 1) != 1) {
            turns->false_ready++;
            continue;
        }
        turns->poller++;
        sleep_ms(5);
        need(write(wait.fd, &token, 1) == 1, "the poller's write: %m");
    }
}

// Three blocking readers and a poller share one token: each has it for a quarter of the turns.
static void reservation_share(void) {
    struct turns *turns = mmap(0, sizeof *turns, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    need(turns != MAP_FAILED, "mmap: %m");
    struct puppet holder = puppet();
    take(holder, tokens - 1);
    for (int i = 0; i < 4; i++)
        if (fork_or_fail() == 0) {
            i < 3 ? hog(turns) : polite(turns);
            _exit(0);
        }
    sleep_ms(2000);
    turns->stop = 1;
    int all = turns->hogs + turns->poller;
    note("%d of %d turns, %d false POLLIN", turns->poller, all, turns->false_ready);
    need(turns->poller >= all / 8, "the poller had %d of %d turns: less than half its share", turns->poller, all);
    // A process that did not run for 100 ms after its wake-up has lost its reservation: that POLLIN was not
    // false.
    need(turns->false_ready <= 1 + all / 50, "%d times POLLIN, and then no token", turns->false_ready);
    for (int i = 0; i < 4; i++) need(waitpid(-1, 0, 0) > 0, "waitpid: %m");
    ask(holder, WRITE, tokens - 1);
}

static const char fifo[] = "a FIFO wakes all and keeps nothing for anybody";
const struct row polling_rows[] = {
    {"poll", poll_ready, ANY, 0},
    {"every-wake-poll", wake_poll, ANY, 0},
    {"every-wake-select", wake_select, ANY, 0},
    {"every-wake-epoll", wake_epoll, ANY, 0},
    {"every-wake-epoll-edge", wake_epoll_edge, ANY, 0},
    {"every-wake-death", wake_by_death, CUSE | FUSE, "a FIFO does not know who died"},
    {"every-wake-no-herd", no_herd, CUSE | FUSE, fifo},
    {"reservation-share", reservation_share, CUSE | FUSE, fifo},
    {"reservation-expires", reservation_expires, CUSE | FUSE, fifo},
    {"reservation-closed", reservation_closed, CUSE | FUSE, fifo},
    {"reservation-dead", reservation_dead, CUSE | FUSE, fifo},
    {0},
};
