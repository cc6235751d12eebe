#include <pthread.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/select.h>

#include "probe.h"

struct order { enum command command; long argument; };

static volatile sig_atomic_t interruptions;
static void interrupted(int signal) { (void)signal, interruptions++; }

static long or_errno(long result) { return result < 0 ? -errno : result; }

static long read_tokens(int file, long size) {
    static char bytes[1 << 17];
    memset(bytes, '-', sizeof bytes);
    long got = or_errno(read(file, bytes, size));
    if (got >= 1 && backend != FIFO && bytes[0] != '+') return -1000 - bytes[0];
    return got;
}

static long write_tokens(int file, long size) {
    char bytes[256];
    memset(bytes, 'G', sizeof bytes);
    return or_errno(write(file, bytes, size));
}

static void *read_in_thread(void *file) { return (void *)read_tokens(*(int *)file, 1); }

static long in_thread(int file) {
    pthread_t thread;
    void *got;
    if (pthread_create(&thread, 0, read_in_thread, &file) || pthread_join(thread, &got)) return -ENOMEM;
    return (long)got;
}

static long wait_poll(int file, int ms) {
    struct pollfd wait = {.fd = file, .events = POLLIN};
    int ready = poll(&wait, 1, ms);
    return ready < 0 ? -errno : ready ? wait.revents : 0;
}

static long wait_select(int file, int ms) {
    struct timeval time = {ms / 1000, ms % 1000 * 1000};
    fd_set in;
    FD_ZERO(&in);
    FD_SET(file, &in);
    int ready = select(file + 1, &in, 0, 0, &time);
    return ready < 0 ? -errno : ready ? POLLIN : 0;
}

// The epoll instance lives as long as the puppet: an edge is a change since its last report.
static long wait_epoll(int file, int ms, unsigned edge) {
    static int loop = -1;
    struct epoll_event event = {.events = EPOLLIN | edge};
    if (loop < 0) {
        loop = epoll_create1(EPOLL_CLOEXEC);
        if (epoll_ctl(loop, EPOLL_CTL_ADD, file, &event)) return -errno;
    }
    int ready = epoll_wait(loop, &event, 1, ms);
    return ready < 0 ? -errno : ready ? (long)event.events : 0;
}

static long obey(int file, struct order order) {
    switch (order.command) {
    case READ: return read_tokens(file, order.argument);
    case WRITE: return write_tokens(file, order.argument);
    case READ_IN_THREAD: return in_thread(file);
    case NONBLOCK: return or_errno(fcntl(file, F_SETFL, order.argument ? O_NONBLOCK : 0));
    case CLOSE: return or_errno(close(file));
    case POLL: return wait_poll(file, order.argument);
    case SELECT: return wait_select(file, order.argument);
    case EPOLL_LEVEL: return wait_epoll(file, order.argument, 0);
    case EPOLL_EDGE: return wait_epoll(file, order.argument, EPOLLET);
    case EXEC: return or_errno(execlp("sleep", "sleep", "1000", (char *)0));
    case INTERRUPTED: return interruptions;
    }
    return -EINVAL;
}

static void live(int file, int orders, int answers) {
    struct sigaction action = {.sa_handler = interrupted, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, 0);
    struct order order;
    while (read(orders, &order, sizeof order) == sizeof order) {
        struct answer answer = {.value = obey(file, order), .at = now_ms()};
        if (write(answers, &answer, sizeof answer) < 0) break;
    }
    _exit(0);
}

static struct puppet make(int file) {
    int orders[2], answers[2];
    need(!pipe2(orders, O_CLOEXEC) && !pipe2(answers, O_CLOEXEC), "pipe2: %m");
    struct puppet p = {.pid = fork_or_fail(), .to = orders[1], .from = answers[0]};
    if (p.pid == 0) {
        close(orders[1]), close(answers[0]);
        live(file < 0 ? open_device(O_RDWR) : file, orders[0], answers[1]);
    }
    close(orders[0]), close(answers[1]);
    return p;
}

struct puppet puppet(void) {
    struct puppet p = make(-1);
    ask(p, INTERRUPTED, 0);  // when this returns, it has the device open
    return p;
}

struct puppet puppet_with(int file) { return make(file); }

void tell(struct puppet p, enum command command, long argument) {
    struct order order = {command, argument};
    need(write(p.to, &order, sizeof order) == sizeof order, "puppet %d: %m", p.pid);
}

int answered(struct puppet p, double within_ms) {
    struct pollfd wait = {.fd = p.from, .events = POLLIN};
    return poll(&wait, 1, (int)within_ms) == 1;
}

struct answer answer(struct puppet p, double within_ms, const char *what) {
    struct answer answer;
    need(answered(p, within_ms), "%s: no answer in %.0f ms", what, within_ms);
    need(read(p.from, &answer, sizeof answer) == sizeof answer, "%s: the process ended", what);
    return answer;
}

long ask(struct puppet p, enum command command, long argument) {
    tell(p, command, argument);
    return answer(p, 3000 * slow, "a call that should not wait").value;
}

void take(struct puppet p, int count) {
    for (int i = 0; i < count; i++) {
        long got = ask(p, READ, 1);
        need(got == 1, "token %d of %d: read gave %ld", i + 1, count, got);
    }
}

void await_sleep(struct puppet p) {
    char path[64], state = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", p.pid);
    for (int seen = 0; seen < 3; rest_ms(3)) {
        FILE *file = fopen(path, "re");
        need(file && fscanf(file, "%*d (%*[^)]) %c", &state) == 1, "%s: %m", path);
        fclose(file);
        seen = state == 'S' || state == 'D' ? seen + 1 : 0;
    }
}

void start_reading(struct puppet p) {
    tell(p, READ, 1);
    await_sleep(p);
    need(!answered(p, 0), "a blocking read did not wait: it gave %ld", answer(p, 0, "").value);
}

void kill_puppet(struct puppet p) {
    kill(p.pid, SIGKILL);
    double since = now_ms();
    while (waitpid(p.pid, 0, WNOHANG) == 0) {
        need(now_ms() - since < 500 * slow, "SIGKILL did not end process %d in %.0f ms", p.pid, 500 * slow);
        sleep_ms(0.1);
    }
    close(p.to), close(p.from);
}
