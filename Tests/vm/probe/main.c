#include <math.h>
#include <stdarg.h>
#include <sys/prctl.h>

#include "probe.h"

const char *device;
int tokens, backend = CUSE, invisible;
double slow = 1, reclaim_ms = 10;

static const char *free_command, *only;
static int result, passed, failed, skipped;

double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

void sleep_ms(double ms) {
    struct timespec t = {(time_t)(ms / 1000), (long)(fmod(ms, 1000) * 1e6)};
    while (nanosleep(&t, &t) && errno == EINTR) {}
}

void rest_ms(double ms) { sleep_ms(ms * fmin(slow, 3)); }

// Writes one line to the parent: a mark, then text. The last mark ends the row.
static void say(char mark, const char *format, va_list list) {
    char line[512] = {mark};
    int length = 1 + vsnprintf(line + 1, sizeof line - 2, format, list);
    if (length > (int)sizeof line - 2) length = sizeof line - 2;
    line[length++] = '\n';
    if (write(result, line, length) != length) _exit(2);
}

void fail(const char *format, ...) {
    va_list list;
    va_start(list, format);
    say('F', format, list);
    _exit(1);
}

static void say_text(char mark, const char *format, ...) {
    va_list list;
    va_start(list, format);
    say(mark, format, list);
    va_end(list);
}

void skip(const char *why) {
    say_text('S', "%s", why);
    _exit(0);
}

void note(const char *format, ...) {
    va_list list;
    va_start(list, format);
    say('N', format, list);
    va_end(list);
}

pid_t fork_or_fail(void) {
    pid_t pid = fork();
    need(pid >= 0, "fork: %m");
    return pid;
}

int try_open(const char *path, int flags) {
    int file = open(path, flags | O_CLOEXEC, 0666);
    return file < 0 ? -errno : file;
}

int open_device(int flags) {
    int file = try_open(device, flags);
    need(file >= 0, "open %s: %s", device, strerror(-file));
    return file;
}

// Takes all tokens, then returns all but `keep` of them; -1 if the device misbehaves.
static int drain(int keep) {
    char bytes[4096];
    int got = 0;
    int file = try_open(device, O_RDWR | O_NONBLOCK);
    if (file < 0) return -1;
    memset(bytes, '+', sizeof bytes);
    while (got < (int)sizeof bytes && read(file, bytes + got, 1) == 1) got++;
    if (errno != EAGAIN) return -1;
    if (got > keep && write(file, bytes, got - keep) != got - keep) return -1;
    return got;
}

static int in_process(int (*call)(int), int argument) {
    int pipes[2], got = -1;
    if (pipe2(pipes, O_CLOEXEC)) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        got = call(argument);
        _exit(write(pipes[1], &got, sizeof got) != sizeof got);
    }
    close(pipes[1]);
    if (read(pipes[0], &got, sizeof got) != sizeof got) got = -1;
    close(pipes[0]);
    waitpid(pid, 0, 0);
    return got;
}

int count_free(void) { return in_process(drain, 0); }

void need_free(int expected, const char *when) {
    int free = count_free();
    need(free == expected, "%s: %d tokens can be taken, should be %d", when, free, expected);
}

void await_free(int expected, const char *when) {
    double until = now_ms() + 300 * slow;
    while (count_free() != expected && now_ms() < until) sleep_ms(5);
    need_free(expected, when);
}

// MARK: running rows

static int ask_command(void) {
    int free = -1;
    FILE *out = popen(free_command, "re");
    if (!out || fscanf(out, "%d", &free) != 1) free = -1;
    if (out) pclose(out);
    return free;
}

static int put_back(int missing) {
    char bytes[4096];
    int file = try_open(device, O_RDWR | O_NONBLOCK);
    memset(bytes, '+', sizeof bytes);
    return file < 0 ? -1 : (int)write(file, bytes, missing);
}

static int take_away(int surplus) { return drain(surplus); }

// Whether all tokens are back; if not, it restores them as well as it can, for the rows to come.
static int settle(char *why, size_t size) {
    double until = now_ms() + (backend == FIFO ? 3000 : 1000) * slow;
    int free, reported = tokens;
    do {
        free = count_free();
        if (free_command) reported = ask_command();
        if (free == tokens && reported == tokens) return 1;
        sleep_ms(10);
    } while (now_ms() < until);
    if (free == tokens) snprintf(why, size, "afterwards '%s' prints %d, not %d", free_command, reported, tokens);
    else snprintf(why, size, "afterwards %d tokens are there, not %d", free, tokens);
    if (free < tokens) in_process(put_back, tokens - free);
    if (free > tokens) in_process(take_away, free - tokens);
    return 0;
}

static void reap(pid_t group) {
    kill(-group, SIGKILL);
    double until = now_ms() + 2000 * slow;
    while (waitpid(-1, 0, WNOHANG) >= 0 && now_ms() < until) sleep_ms(0.5);
}

// Reads the row's lines until one ends it; returns that line's mark.
static char hear(int from, char *notes, char *why, size_t size, double within_ms) {
    char text[512] = "";
    size_t length = 0;
    double until = now_ms() + within_ms;
    for (;;) {
        struct pollfd wait = {.fd = from, .events = POLLIN};
        double left = until - now_ms();
        if (left <= 0 || poll(&wait, 1, (int)left + 1) == 0) {
            snprintf(why, size, "not done in %.0f s", within_ms / 1000);
            return 'F';
        }
        if (read(from, text + length, 1) != 1) {
            snprintf(why, size, "the row's process died");
            return 'F';
        }
        if (text[length] != '\n' && length < sizeof text - 2) {
            length++;
            continue;
        }
        text[length] = 0, length = 0;
        snprintf(*text == 'N' ? notes : why, size, "%s", text + 1);
        if (*text != 'N') return *text;
    }
}

static void run(const struct row *row) {
    char notes[512] = "", why[512] = "", lost[512] = "";
    int pipes[2];
    if (only && strcmp(only, row->name)) return;
    if (!(row->backends & backend)) {
        printf("skip %s: %s\n", row->name, row->elsewhere);
        skipped++;
        return;
    }
    if (pipe2(pipes, O_CLOEXEC)) exit(2);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        result = pipes[1];
        row->check();
        say_text('O', "%s", "");
        _exit(0);
    }
    close(pipes[1]);
    setpgid(pid, pid);
    char mark = hear(pipes[0], notes, why, sizeof why, 20000 * slow);
    reap(pid);
    close(pipes[0]);
    int settled = settle(lost, sizeof lost);
    if (mark == 'S') printf("skip %s: %s\n", row->name, why), skipped++;
    else if (mark == 'O' && settled) printf("ok %s%s%s\n", row->name, *notes ? ": " : "", notes), passed++;
    else printf("FAIL %s: %s%s%s\n", row->name, why, *why && *lost ? "; " : "", lost), failed++;
    fflush(stdout);
}

static int usage(void) {
    fputs("usage: probe [--backend cuse|fuse|fifo] [--free COMMAND] [--slow FACTOR] [--reclaim-ms MS]\n"
          "             [--invisible] [--only ROW] DEVICE TOKENS\n"
          "One line a row: ok, FAIL or skip. The device must hold TOKENS, at least 4, and nobody else use it.\n"
          "--free COMMAND prints how many tokens are free; it is asked after every row.\n"
          "--slow multiplies all time limits. --invisible: the server is in a PID namespace without us.\n", stderr);
    return 64;
}

int main(int argc, char **argv) {
    const struct row *groups[] = {reading_rows, polling_rows, accounting_rows, opening_rows};
    char why[512];
    int at = 1;
    for (; at < argc && !strncmp(argv[at], "--", 2); at++) {
        const char *option = argv[at] + 2, *value = argv[at + 1];
        if (!strcmp(option, "invisible") && ++invisible) continue;
        if (!value) return usage();
        at++;
        if (!strcmp(option, "backend")) backend = !strcmp(value, "fifo") ? FIFO : !strcmp(value, "fuse") ? FUSE : CUSE;
        else if (!strcmp(option, "free")) free_command = value;
        else if (!strcmp(option, "only")) only = value;
        else if (!strcmp(option, "slow")) slow = atof(value);
        else if (!strcmp(option, "reclaim-ms")) reclaim_ms = atof(value);
        else return usage();
    }
    if (argc - at != 2 || (tokens = atoi(argv[at + 1])) < 4 || slow <= 0) return usage();
    device = argv[at];
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (!settle(why, sizeof why)) printf("FAIL at-start: %s\n", why), failed++;
    for (size_t group = 0; group < sizeof groups / sizeof *groups; group++)
        for (const struct row *row = groups[group]; row->name; row++) run(row);
    if (skipped) printf("%d rows do not apply to %s\n", skipped, device);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
