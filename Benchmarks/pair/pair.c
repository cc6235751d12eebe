// Many processes take a token and return it as fast as possible; prints how long a pair took.
//   pair [--server-pid PID] [--allocations FILE] [--fifo TOKENS] PATH CLIENTS SECONDS [blocking|nonblocking]
// --fifo makes PATH a bare FIFO that holds TOKENS, and removes it at the end. A nonblocking client
// waits by poll. Prints one line of name=value; microseconds unless named otherwise:
//   us_per_pair  of the wall clock, all clients together     p50, p99, p999, max  as a client sees one pair
//   fewest, most pairs of one client                         server_cpu_us, server_peak_kib  of --server-pid
//   fuse, others  heap allocations a pair, libfuse's and all others, of the server, which counts them in FILE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// A bucket is a sixteenth of a power of two of nanoseconds.
enum { BUCKETS = 64 * 16, CLIENTS_MOST = 4096 };
struct client { uint64_t pairs, refused, longest; uint32_t buckets[BUCKETS]; };

static struct client *clients;
static struct { volatile int stop; atomic_int ready; } *shared;

static void fail(const char *what) { perror(what), exit(1); }

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static int bucket_of(uint64_t ns) {
    int octave = 63 - __builtin_clzll(ns | 16);
    return octave * 16 + (ns >> (octave - 4) & 15);
}

static double bucket_us(int bucket) {
    return (double)((16ull + bucket % 16) << (bucket / 16 - 4)) / 1000;
}

static double percentile(const uint64_t *sum, uint64_t total, double share) {
    uint64_t seen = 0;
    for (int i = 0; i < BUCKETS; i++)
        if ((seen += sum[i]) > share * total) return bucket_us(i);
    return 0;
}

static void run_client(const char *path, struct client *mine, int gate, int nonblocking) {
    char token;
    int file = open(path, O_RDWR | O_CLOEXEC | (nonblocking ? O_NONBLOCK : 0));
    if (file < 0) fail(path);
    shared->ready++;
    if (read(gate, &token, 1) != 0) fail("gate");
    while (!shared->stop) {
        uint64_t start = now();
        ssize_t got;
        while ((got = read(file, &token, 1)) < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = file, .events = POLLIN};
            mine->refused++;
            // When the last clients poll, nobody may be left who would wake them.
            if (poll(&wait, 1, 200) < 0) fail("poll");
            if (shared->stop) exit(0);
        }
        if (got != 1) fail("read");
        if (write(file, &token, 1) != 1) fail("write");
        uint64_t took = now() - start;
        mine->buckets[bucket_of(took)]++;
        if (took > mine->longest) mine->longest = took;
        mine->pairs++;
    }
    exit(0);
}

// In nanoseconds, of the only thread, if the kernel counts them; else in ticks.
static double cpu_seconds(int pid) {
    char path[64], text[1024];
    unsigned long long run = 0;
    unsigned long user, system;
    snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    FILE *file = fopen(path, "re");
    if (file) {
        int fields = fscanf(file, "%llu", &run);
        fclose(file);
        if (fields == 1 && run > 0) return run / 1e9;
    }
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    file = fopen(path, "re");
    if (!file || !fgets(text, sizeof text, file)) fail(path);
    fclose(file);
    // The command's name, in parentheses, may contain anything: the fields begin after the last parenthesis.
    if (sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
        fail(path);
    return (double)(user + system) / sysconf(_SC_CLK_TCK);
}

static long peak_kib(int pid) {
    char path[64], line[256];
    long peak = -1;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    if (!file) fail(path);
    while (fgets(line, sizeof line, file)) sscanf(line, "VmHWM: %ld", &peak);
    fclose(file);
    return peak;
}

struct allocations { uint64_t fuse, others; };
static struct allocations *allocations;

static void open_allocations(const char *path) {
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) fail(path);
    allocations = mmap(0, sizeof *allocations, PROT_READ, MAP_SHARED, file, 0);
    if (allocations == MAP_FAILED) fail(path);
    close(file);
}

static int make_fifo(const char *path, int tokens) {
    if (mkfifo(path, 0600)) fail(path);
    int file = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) fail(path);
    while (tokens-- > 0)
        if (write(file, "+", 1) != 1) fail("filling the FIFO");
    return file;
}

static void report(int count, const char *mode, double seconds, double cpu, int server, struct allocations made) {
    static uint64_t sum[BUCKETS];
    uint64_t pairs = 0, refused = 0, longest = 0, fewest = UINT64_MAX, most = 0;
    for (int i = 0; i < count; i++) {
        pairs += clients[i].pairs, refused += clients[i].refused;
        if (clients[i].pairs < fewest) fewest = clients[i].pairs;
        if (clients[i].longest > longest) longest = clients[i].longest;
        if (clients[i].pairs > most) most = clients[i].pairs;
        for (int b = 0; b < BUCKETS; b++) sum[b] += clients[i].buckets[b];
    }
    printf("clients=%d mode=%s seconds=%.2f pairs=%lu pairs_per_second=%.0f us_per_pair=%.2f p50=%.1f p99=%.1f p999=%.1f max=%.1f "
           "fewest=%lu most=%lu refused=%lu",
           count, mode, seconds, pairs, pairs / seconds, seconds * 1e6 / (pairs ? pairs : 1),
           percentile(sum, pairs, 0.5), percentile(sum, pairs, 0.99), percentile(sum, pairs, 0.999), longest / 1000.0, fewest, most, refused);
    if (server)
        printf(" server_cpu_us=%.2f server_peak_kib=%ld", cpu * 1e6 / (pairs ? pairs : 1), peak_kib(server));
    if (allocations) printf(" fuse=%.4f others=%.4f", (double)made.fuse / pairs, (double)made.others / pairs);
    putchar('\n');
}

static int usage(void) {
    fputs("usage: pair [--server-pid PID] [--allocations FILE] [--fifo TOKENS] PATH CLIENTS SECONDS"
          " [blocking|nonblocking]\n", stderr);
    return 64;
}

int main(int argc, char **argv) {
    int server = 0, fifo = 0, gate[2], failures = 0;
    while (argc > 2 && !strncmp(argv[1], "--", 2)) {
        if (!strcmp(argv[1], "--server-pid")) server = atoi(argv[2]);
        else if (!strcmp(argv[1], "--allocations")) open_allocations(argv[2]);
        else if (!strcmp(argv[1], "--fifo")) fifo = atoi(argv[2]);
        else return usage();
        argc -= 2, argv += 2;
    }
    const char *mode = argc == 5 ? argv[4] : "blocking";
    int nonblocking = !strcmp(mode, "nonblocking");
    if (argc < 4 || argc > 5 || (!nonblocking && strcmp(mode, "blocking"))) return usage();
    const char *path = argv[1];
    int count = atoi(argv[2]);
    double seconds = atof(argv[3]);
    if (count < 1 || count > CLIENTS_MOST || !(seconds > 0)) return usage();

    clients = mmap(0, count * sizeof *clients + 64, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (clients == MAP_FAILED) fail("mmap");
    shared = (void *)(clients + count);
    int kept = fifo ? make_fifo(path, fifo) : -1;
    if (pipe2(gate, O_CLOEXEC)) fail("pipe2");
    pid_t *pids = calloc(count, sizeof *pids);
    if (!pids) fail("calloc");
    for (int i = 0; i < count; i++) {
        pids[i] = fork();
        if (pids[i] < 0) fail("fork");
        if (pids[i] == 0) {
            close(gate[1]);
            run_client(path, clients + i, gate[0], nonblocking);
        }
    }
    for (int tries = 0; shared->ready < count; tries++) {
        if (tries == 30000) {
            for (int i = 0; i < count; i++) kill(pids[i], SIGKILL);
            errno = ETIMEDOUT, fail("opening the device");
        }
        usleep(1000);
    }
    usleep(50000);  // until all clients wait at the gate
    struct allocations made = allocations ? *allocations : (struct allocations){0};
    double cpu = server ? cpu_seconds(server) : 0;
    uint64_t start = now();
    close(gate[1]);
    usleep(seconds * 1e6);
    shared->stop = 1;
    double wall = (now() - start) / 1e9;
    if (server) cpu = cpu_seconds(server) - cpu;
    if (allocations) made.fuse = allocations->fuse - made.fuse, made.others = allocations->others - made.others;
    // Each client returns its token before it ends, so that the next one wakes: 10 s suffice.
    for (int i = 0; i < count; i++) {
        int status = 0;
        pid_t ended = 0;
        while ((ended = waitpid(pids[i], &status, WNOHANG)) == 0 && now() - start < (wall + 10) * 1e9) usleep(1000);
        if (ended == 0) kill(pids[i], SIGKILL), waitpid(pids[i], &status, 0);
        if (status != 0) failures++;
    }
    if (kept >= 0) unlink(path);
    report(count, mode, wall, cpu, server, made);
    if (failures) fprintf(stderr, "pair: %d of %d clients failed or never ended\n", failures, count);
    return failures != 0;
}
