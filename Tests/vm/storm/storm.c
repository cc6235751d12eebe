// storm [--seed SEED] [--slow FACTOR] [--free COMMAND] [--keeper PID] [--mean MS] DEVICE TOKENS CLIENTS
// ROUNDS
// In each round CLIENTS processes use the device in every way that a client may, and each is killed at a
// random moment. While they live, no more of them hold a token than there are; when all are dead, every token
// is back. COMMAND prints how many are free, as a second count. The printed seed repeats the same clients and
// moments. With --keeper the servers of that process are killed all the time, one after the other, each after
// MS milliseconds on average: no client may notice.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MOST = 1000, HOARD = 3, LIFE_MS = 150, SETTLE_MS = 1000 };

// A client's own account. A client that is about to be killed no longer counts: its tokens may be granted to
// another before anybody has seen it die.
struct client { atomic_int holds, dying; };
static struct {
    struct client clients[CLIENTS_MOST];
    atomic_int peak;
    atomic_long taken, kills;
    atomic_int pause, paused;
} *shared;
static const char *device, *free_command;
static int tokens, clients, mine, keeper;
static double slow = 1, mean_ms = 20;
static uint64_t state;

static void fail(const char *what) {
    fprintf(stderr, "storm: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void wrong(const char *what) {
    fprintf(stderr, "storm: %s\n", what);
    exit(1);
}

static unsigned draw(unsigned below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % below;
}

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void work(void) { usleep(draw(2000)); }

static void took(int count) {
    shared->clients[mine].holds += count;
    shared->taken += count;
    int sum = 0, peak = shared->peak;
    for (int i = 0; i < clients; i++)
        if (!shared->clients[i].dying) sum += shared->clients[i].holds;
    while (sum > peak && !atomic_compare_exchange_weak(&shared->peak, &peak, sum)) {}
}

static void give(int file, int count) {
    char bytes[HOARD] = "+++";
    shared->clients[mine].holds -= count;
    if (write(file, bytes, count) != count) fail("write");
}

static void take(int file) {
    char byte;
    ssize_t got;
    while ((got = read(file, &byte, 1)) < 0 && errno == EINTR) {}
    if (got != 1 || byte != '+') fail("read");
    took(1);
}

// MARK: the ways of a client

static void one(int file) { take(file), work(), give(file, 1); }

static void hoarder(int file) {
    for (int i = 0; i < HOARD; i++) take(file), work();
    give(file, HOARD);
}

static void poller(int file) {
    struct pollfd wait = {.fd = file, .events = POLLIN};
    char byte;
    fcntl(file, F_SETFL, O_NONBLOCK);
    if (poll(&wait, 1, 20) < 0) fail("poll");
    if (read(file, &byte, 1) == 1) took(1), work(), give(file, 1);
    else if (errno != EAGAIN) fail("a nonblocking read");
}

static void *read_in_thread(void *file) { return take(*(int *)file), file; }

static void threads(int file) {
    pthread_t thread[2];
    for (int i = 0; i < 2; i++)
        if (pthread_create(thread + i, 0, read_in_thread, &file)) fail("pthread_create");
    for (int i = 0; i < 2; i++) pthread_join(thread[i], 0);
    give(file, 2);
}

// A subshell returns what the shell took. It may outlive its parent: then it lends a token, and ends.
static void parent(int file) {
    take(file), work();
    pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) give(file, 1), _exit(0);
    waitpid(pid, 0, 0);
}

static void lender(int file) {
    if (write(file, "+", 1) != 1) fail("write");
    work();
    char byte;
    if (read(file, &byte, 1) != 1) fail("read");
}

static void (*const ways[])(int) = {one, hoarder, poller, threads, parent, lender};
enum { WAYS = sizeof ways / sizeof *ways, LENDER = WAYS - 1 };

static void live(void) {
    signal(SIGCHLD, SIG_DFL);
    for (;;) {
        int file = open(device, O_RDWR | O_CLOEXEC);
        if (file < 0) fail(device);
        for (int i = draw(8); i >= 0; i--) ways[mine % WAYS](file);
        close(file);
    }
}

// MARK: the round

static int drain(void) {
    char bytes[4096];
    int got = 0, file = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) fail(device);
    while (got < (int)sizeof bytes && read(file, bytes + got, 1) == 1) got++;
    if (errno != EAGAIN) fail("a nonblocking read of an empty device");
    if (got && write(file, bytes, got) != got) fail("write");
    close(file);
    return got;
}

// Another process counts: if it wrote one token too many, that would be lent as this process' own slot.
static int count_free(void) {
    int pipes[2], got = -1;
    if (pipe(pipes)) fail("pipe");
    pid_t pid = fork();
    if (pid == 0) got = drain(), _exit(write(pipes[1], &got, sizeof got) != sizeof got);
    close(pipes[1]);
    if (read(pipes[0], &got, sizeof got) != sizeof got) got = -1;
    close(pipes[0]);
    waitpid(pid, 0, 0);
    return got;
}

// MARK: the servers

static int server(void) {
    char path[64];
    int pid = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", keeper, keeper);
    FILE *file = fopen(path, "re");
    if (!file) fail(path);
    if (fscanf(file, "%d", &pid) != 1) pid = 0;
    fclose(file);
    return pid;
}

// Kills a server only if it is another one than last time: the last one may not have been reaped yet. Every
// eighth server lives ten times as long: if servers took longer to start than others lived, nothing would
// ever be served.
static void kill_servers(void) {
    int last = 0;
    for (;;) {
        usleep(draw((unsigned)(mean_ms * (shared->kills % 8 == 7 ? 20000 : 2000))));
        while (shared->pause) {
            shared->paused = 1;
            usleep(100);
        }
        shared->paused = 0;
        int pid = server();
        if (pid == 0 || pid == last || kill(pid, SIGKILL)) continue;
        last = pid, shared->kills++;
    }
}

static void hold_killing(int hold) {
    shared->pause = hold;
    while (keeper && hold && !shared->paused) usleep(100);
}

static int ask_command(void) {
    int got = -1;
    FILE *out = free_command ? popen(free_command, "re") : 0;
    if (!out) return tokens;
    if (fscanf(out, "%d", &got) != 1) got = -1;
    pclose(out);
    return got;
}

static void settle(int round) {
    double since = now_ms();
    int counted, reported;
    do {
        counted = count_free();
        hold_killing(1);
        reported = ask_command();
        hold_killing(0);
        if (counted == tokens && reported == tokens) return;
        usleep(10000);
    } while (now_ms() - since < SETTLE_MS * slow);
    fprintf(stderr, "storm: round %d: %d tokens can be taken and %d are reported free, of %d\n", round, counted,
            reported, tokens);
    exit(1);
}

struct death { int client; double at; };
static int by_time(const void *a, const void *b) {
    const struct death *one = a, *two = b;
    return one->at < two->at ? -1 : one->at > two->at;
}

static void run(int round) {
    pid_t pids[CLIENTS_MOST];
    struct death deaths[CLIENTS_MOST];
    uint64_t before = state;
    for (int i = 0; i < clients; i++) {
        shared->clients[i].holds = shared->clients[i].dying = 0;
        deaths[i] = (struct death){i, draw(LIFE_MS * 1000) / 1000.0 * slow};
    }
    for (int i = 0; i < clients; i++) {
        pids[i] = fork();
        if (pids[i] < 0) fail("fork");
        if (pids[i] == 0) mine = i, state = before ^ (uint64_t)(i + 1) << 32, setpgid(0, 0), live();
        setpgid(pids[i], pids[i]);
    }
    qsort(deaths, clients, sizeof *deaths, by_time);
    double since = now_ms();
    for (int i = 0; i < clients; i++) {
        int client = deaths[i].client, status;
        while (now_ms() - since < deaths[i].at) usleep(200);
        shared->clients[client].dying = 1;
        if (kill(-pids[client], SIGKILL)) fail("a client ended by itself");
        if (waitpid(pids[client], &status, 0) < 0) fail("waitpid");
        if (!WIFSIGNALED(status)) wrong("a client failed");
    }
    settle(round);
}

static int usage(void) {
    fputs("usage: storm [--seed SEED] [--slow FACTOR] [--free COMMAND] [--keeper PID] [--mean MS] DEVICE TOKENS "
          "CLIENTS ROUNDS\n", stderr);
    return 64;
}

int main(int argc, char **argv) {
    uint64_t seed = (uint64_t)(now_ms() * 1000);
    while (argc > 2 && !strncmp(argv[1], "--", 2)) {
        if (!strcmp(argv[1], "--seed")) seed = strtoull(argv[2], 0, 0);
        else if (!strcmp(argv[1], "--slow")) slow = atof(argv[2]);
        else if (!strcmp(argv[1], "--free")) free_command = argv[2];
        else if (!strcmp(argv[1], "--keeper")) keeper = atoi(argv[2]);
        else if (!strcmp(argv[1], "--mean")) mean_ms = atof(argv[2]);
        else return usage();
        argc -= 2, argv += 2;
    }
    if (argc != 5) return usage();
    device = argv[1], tokens = atoi(argv[2]), clients = atoi(argv[3]);
    int rounds = atoi(argv[4]);
    if (tokens < HOARD || clients < 1 || clients > CLIENTS_MOST || rounds < 1) return usage();
    shared = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) fail("mmap");

    printf("storm: seed %lu\n", seed);
    fflush(stdout);
    state = seed;
    pid_t killer = keeper ? fork() : 0;
    if (killer < 0) fail("fork");
    if (keeper && killer == 0) prctl(PR_SET_PDEATHSIG, SIGKILL), state = ~seed, kill_servers();
    settle(0);
    for (int round = 1; round <= rounds; round++) run(round);
    // Each lender makes the pool one larger while it lives.
    int lenders = (clients + WAYS - 1 - LENDER) / WAYS, most = tokens + lenders;
    printf("storm: %d rounds, %d clients killed in each, %ld tokens taken, at most %d at once of %d and %d lent\n", rounds,
           clients, (long)shared->taken, shared->peak, tokens, lenders);
    if (killer) {
        kill(killer, SIGKILL), waitpid(killer, 0, 0);
        printf("storm: %ld servers killed\n", (long)shared->kills);
        if (shared->kills < rounds) wrong("hardly any server was killed");
    }
    if (shared->peak > most) wrong("more tokens were out than there are");
    // If servers are killed all the time, a guest spends most of its time on starting them.
    if (shared->taken < (long)rounds * tokens / (killer ? 8 : 1)) wrong("hardly any token was taken");
    return 0;
}
