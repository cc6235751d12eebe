#define _GNU_SOURCE
#include "steve-cc.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A helper that has had no token for so long is busy: then the asker compiles by itself. */
enum { patience_seconds = 20 };

static const char usage[] =
    "usage: steve-cc COMPILER ARGUMENT ...\n"
    "Compile on another machine, by distcc, when the fleet has room; else here. Exit status and messages are the\n"
    "compiler's. Under a compiler's name (a link) it stands in for that one. See steve-cc(1).\n";

/* Ends by SIGALRM, as a wait that lasts too long does. distcc takes that for the helper's fault, and not
 * for the source's, and leaves the helper alone until its back-off is over. */
static _Noreturn void refuse(const char *why)
{
    fprintf(stderr, "steve-cc: no token of this machine, so it compiles for nobody: %s\n", why);
    raise(SIGALRM);
    _exit(1);
}

/* This machine compiles for another one: the job takes a token here, which comes back when the process
 * ends. */
static _Noreturn void serve(char *compiler, char **words)
{
    /* The default action, which kills: nothing else ends an open of a device whose daemon hangs. */
    sigset_t alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    signal(SIGALRM, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &alarms, NULL);
    alarm(patience_seconds);
    int pool = open_serving_pool();
    if (pool < 0) refuse(strerror(errno));
    if (!take(pool)) refuse("its jobserver does not answer");
    alarm(0);
    add_usual_folders_to_path();
    become(compiler, words);
}

/* Compiles on a helper if the fleet has room. Returns if the compile must run here, under the token that
 * make has. */
static void ask(const char *compiler, char **words)
{
    const char *name = name_for_helpers(words[0], compiler);
    int fleet = name ? open_fleet_pool() : -1;
    if (fleet < 0) return;
    int own = open_own_pool();
    char *distcc = own < 0 ? NULL : find_distcc();
    if (!distcc || !take(fleet)) return;
    bool lent = lend(own);
    if (compile_remotely(distcc, name, words)) exit(0);
    /* Takes this machine's token first. The process keeps the fleet's token, so that fewer ask a fleet
     * that cannot help. */
    if (lent) take_back(own, fleet);
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    bool by_name = strcmp(slash ? slash + 1 : argv[0], "steve-cc") == 0;
    char **words = argv + by_name;
    if (by_name && (argc < 2 || argv[1][0] == '-')) {
        bool helps = argc > 1 && strcmp(argv[1], "--help") == 0;
        bool failed = fputs(usage, helps ? stdout : stderr) < 0 || fflush(NULL) != 0;
        return helps ? failed : 64;
    }
    char *compiler = real_compiler(words[0]);
    if (!compiler) {
        fprintf(stderr, "steve-cc: no compiler %s in PATH, but for stand-ins like this\n", words[0]);
        return 127;
    }
    if (getenv("DISTCCD_PATH")) serve(compiler, words);
    if (can_go_away(words)) {
        /* distcc itself compiles here what it does not send. The token for that is lent by now: take one again. */
        int own = getenv("STEVE_CC_LENT") ? open_own_pool() : -1;
        if (own >= 0) take(own);
        else ask(compiler, words);
    }
    become(compiler, words);
}
