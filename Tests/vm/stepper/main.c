// stepper [--seed SEED] [--slow FACTOR] [--backend fuse|cuse] [--kills N]
//         [--kind KIND [--after CALLS] [--stores N] --k STEPS] PROGRAMS
// Kills the server of a real steve by ptrace, in each kind of request and event, after many different numbers
// of instructions. They count from the return of the read that brought the request, or of the wait that
// reported the event. The keeper starts the next server. The client must get the answer that it would have
// got, at the end every token must be back, nobody may have had one too many, and the next requests must
// work.
// For each kind (--kind, or all) the stepper first goes the way without a kill. The processor's debug
// registers watch the stores that decide: a change is staged, declared, finished; answers are promised and
// given. N kills (12) for each kind are drawn from a seed, which is printed: a half at instructions close to
// these stores, a quarter at others around them, a quarter anywhere.
// If a client notices a kill, a line BAD has the words that repeat it: `--kind read --after 1 --stores 2 --k
// 47` kills after one system call, then two of those stores, and then 47 instructions. Needs root and x86-64.
#include "stepper.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// At most so many instructions after a system call.
enum { FAR = 10000 };

double slow = 1;
const char *programs, *backend = "fuse";
static uint64_t state;
static jmp_buf failed;
static char why[1000];
static long killed, bad, expected_takeovers;
static int holds;

void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    longjmp(failed, 1);
}

double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

void nap(void) { usleep(200); }

static double draw(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 33) / (1ul << 31);
}

/// Checks that everything is as it was before.
static void settle(int mayBeOne) {
    end_all();
    await_field("waiting", 0);
    await_field("limit", TOKENS);
    await_field("held", 0);
    await_field("lent", 0);
    await_field("free", TOKENS);
    struct client c = opened(O_NONBLOCK);
    take(c, TOKENS);
    ask(c, READ, 0, -EAGAIN, "a read when all is taken");
    ask(c, WRITE, TOKENS, TOKENS, "a write");
    end_all();
    // Two servers were killed; the second may have died before the takeover was counted.
    expected_takeovers -= mayBeOne && field("takeovers") == expected_takeovers - 1;
    await_field("takeovers", expected_takeovers);
}

static void begin_anew(void) {
    if (keeper) return;
    start_daemon();
    expected_takeovers = 0;
    // Teaches the kernel not to send FLUSH to this device: otherwise a process that ends would wait for a
    // stopped server.
    struct client c = opened(0);
    ask(c, CLOSE, 0, 0, "close");
    end_all();
}

static void clear_up(void) {
    // For a person who wants to look at the state.
    if (holds) for (;;) pause();
    let_go();
    if (setjmp(failed) == 0) end_all();
    stop_daemon();
}

/// 0 if a client has noticed the kill.
static int try(const struct scene *scene, struct place place) {
    if (setjmp(failed)) {
        bad++, killed++;
        printf("BAD --kind %s --after %d --stores %d --k %d: %s (%s)\n", scene->name, place.calls,
               place.stores, place.steps, why, folder);
        clear_up();
        return 0;
    }
    begin_anew();
    int count = kill_at(scene, place);
    killed += count, expected_takeovers += count;
    scene->after();
    settle(scene->first);
    return 1;
}

static int learned(const struct scene *scene, struct way *way) {
    if (setjmp(failed)) {
        bad++;
        printf("BAD %s, nobody killed but who had to be: %s (%s)\n", scene->name, why, folder);
        clear_up();
        return 0;
    }
    begin_anew();
    learn(scene, way);
    if (scene->first) expected_takeovers++, killed++;
    scene->after();
    settle(0);
    return 1;
}

/// Divides the close places, or the others, into so many equal parts, and kills at one place of each.
static void spread(const struct scene *scene, const struct way *way, long kills, int isClose) {
    long count = 0, part = 0;
    for (long i = 0; i < way->count; i++) count += way->places[i].isClose == isClose;
    if (kills > count) kills = count;
    double next = draw();
    for (long i = 0, passed = 0; i < way->count && part < kills; i++) {
        if (way->places[i].isClose != isClose || passed++ < (long)((part + next) * count / kills)) continue;
        try(scene, way->places[i]);
        part++, next = draw();
    }
}

static void kill_everywhere(const struct scene *scene, const struct way *way, long kills) {
    long far = (kills + 1) / 4, near = kills / 4;
    spread(scene, way, kills - near - far, 1);
    spread(scene, way, near, 0);
    for (long i = 0; i < far; i++)
        try(scene, (struct place){.calls = draw() * (way->calls + 1), .steps = draw() * FAR});
}

static void walk(const struct scene *scene, long kills) {
    struct way way = {0};
    double since = now_ms();
    long before = bad, first = killed;
    if (learned(scene, &way)) kill_everywhere(scene, &way, kills);
    printf("%s %s: %d transactions, %ld instructions around them, %d system calls; %ld kills, %ld noticed "
           "(%.0f s)\n", bad == before ? "ok" : "FAIL", scene->name, way.transactions, way.count, way.calls,
           killed - first, bad - before, (now_ms() - since) / 1e3);
    free(way.places);
}

static int usage(void) {
    fputs("usage: stepper [--seed SEED] [--slow FACTOR] [--backend fuse|cuse] [--kills N] "
          "[--kind KIND [--after CALLS] [--stores N] --k STEPS] PROGRAMS\n", stderr);
    return 64;
}

int main(int argc, char **argv) {
    uint64_t seed = (uint64_t)(now_ms() * 1000);
    long kills = 12;
    struct place place = {.steps = -1};
    const char *kind = 0;
    while (argc > 2 && !strncmp(argv[1], "--", 2)) {
        if (!strcmp(argv[1], "--seed")) seed = strtoull(argv[2], 0, 0);
        else if (!strcmp(argv[1], "--slow")) slow = atof(argv[2]);
        else if (!strcmp(argv[1], "--backend")) backend = argv[2];
        else if (!strcmp(argv[1], "--kills")) kills = atol(argv[2]);
        else if (!strcmp(argv[1], "--kind")) kind = argv[2];
        else if (!strcmp(argv[1], "--hold")) holds = atoi(argv[2]);
        else if (!strcmp(argv[1], "--after")) place.calls = atoi(argv[2]);
        else if (!strcmp(argv[1], "--stores")) place.stores = atoi(argv[2]);
        else if (!strcmp(argv[1], "--k")) place.steps = atoi(argv[2]);
        else return usage();
        argc -= 2, argv += 2;
    }
    if (argc != 2 || (place.steps >= 0 && !kind)) return usage();
    programs = argv[1], state = seed;
    setvbuf(stdout, 0, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    printf("stepper: seed %lu\n", seed);
    int kinds = 0, wrong = 0;
    for (const struct scene *scene = scenes; scene->name; scene++) {
        if (kind && strcmp(kind, scene->name)) continue;
        if (scene->notOn && !strcmp(scene->notOn, backend)) continue;
        long before = bad;
        if (place.steps < 0) walk(scene, kills);
        else if (try(scene, place)) printf("ok %s\n", scene->name);
        kinds += bad == before, wrong += bad != before;
    }
    if (kinds + wrong == 0) return fprintf(stderr, "stepper: there is no such kind\n"), usage();
    if (setjmp(failed) == 0) stop_daemon();
    printf("stepper: %ld servers killed, %ld times somebody noticed\n", killed, bad);
    printf("%d passed, %d failed\n", kinds, wrong);
    return wrong != 0;
}
