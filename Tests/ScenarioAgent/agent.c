#define _GNU_SOURCE
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

struct order { long id; int lane; char call; int file; long argument; };

static const char *listener, *device;
static int runner;
static int errands[2];
static pthread_mutex_t naps = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t nap_over = PTHREAD_COND_INITIALIZER;
static long woken;

static void interrupted(int signal) { (void)signal; }

static void die(const char *what)
{
    fprintf(stderr, "agent %d: %s: %m\n", getpid(), what);
    _exit(1);
}

static long or_errno(long result) { return result < 0 ? -errno : result; }

static void answer(struct order order, long value) { dprintf(runner, "%ld %ld\n", order.id, value); }

static long read_tokens(int file, long size)
{
    char *bytes = malloc(size);
    long got = or_errno(read(file, bytes, size));
    for (long i = 0; i < got; i++)
        if (bytes[i] != '+') got = -1000;
    free(bytes);
    return got;
}

static long write_bytes(int file, long size)
{
    char *bytes = malloc(size);
    memset(bytes, 'G', size);
    long put = or_errno(write(file, bytes, size));
    free(bytes);
    return put;
}

static long wait_for_token(int file, int milliseconds)
{
    struct pollfd wanted = {.fd = file, .events = POLLIN | POLLRDHUP};
    int ready = poll(&wanted, 1, milliseconds);
    return ready < 0 ? -errno : ready ? wanted.revents : 0;
}

static long available(int file)
{
    int count = 0;
    return ioctl(file, FIONREAD, &count) < 0 ? -errno : count;
}

static void nap(struct order order)
{
    long self = syscall(SYS_gettid);
    answer(order, self);
    pthread_mutex_lock(&naps);
    while (woken != self) pthread_cond_wait(&nap_over, &naps);
    woken = 0;
    pthread_mutex_unlock(&naps);
}

static void end_nap(long thread)
{
    pthread_mutex_lock(&naps);
    woken = thread;
    pthread_cond_broadcast(&nap_over);
    pthread_mutex_unlock(&naps);
}

static void attach(void);

static void have_child(struct order order)
{
    int own = runner;
    pid_t child = fork();
    if (child == 0) {
        close(own), close(errands[0]), close(errands[1]);
        attach();
        return;
    }
    answer(order, or_errno(child));
}

static void obey(struct order order)
{
    int file = order.file;
    long argument = order.argument;
    switch (order.call) {
    case 'o': answer(order, or_errno(open(device, argument, 0600))); break;
    case 'r': answer(order, read_tokens(file, argument)); break;
    case 'w': answer(order, write_bytes(file, argument)); break;
    case 'p': answer(order, wait_for_token(file, argument)); break;
    case 'f': answer(order, available(file)); break;
    case 'i': answer(order, or_errno(ioctl(file, 0x7357, 0))); break;
    case 'n': answer(order, or_errno(fcntl(file, F_SETFL, argument))); break;
    case 'c': answer(order, or_errno(close(file))); break;
    case 'x': answer(order, 0), execlp("sleep", "sleep", "1000", (char *)0); break;
    case 'k': have_child(order); break;
    case 't': nap(order); break;
    default: answer(order, -ENOSYS);
    }
}

static void *obey_once(void *order)
{
    obey(*(struct order *)order);
    free(order);
    return 0;
}

static void pass_on(struct order order)
{
    if (order.call == 'e') {
        end_nap(order.argument);
        return answer(order, 0);
    }
    if (order.lane == 0) {
        if (write(errands[1], &order, sizeof order) != sizeof order) die("pipe");
        return;
    }
    struct order *copy = malloc(sizeof order);
    pthread_t thread;
    *copy = order;
    if (pthread_create(&thread, 0, obey_once, copy)) die("pthread_create");
    pthread_detach(thread);
}

static void *listen_to_runner(void *none)
{
    FILE *orders = fdopen(runner, "r");
    char line[128];
    while (orders && fgets(line, sizeof line, orders)) {
        struct order order;
        if (sscanf(line, "%ld %d %c %d %ld", &order.id, &order.lane, &order.call, &order.file, &order.argument) == 5)
            pass_on(order);
    }
    _exit(0);
    return none;
}

// All threads but the main one leave SIGUSR1 to it.
static void attach(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    pthread_t thread;
    sigset_t usr1, before;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", listener);
    runner = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (runner < 0 || connect(runner, (struct sockaddr *)&address, sizeof address)) die(listener);
    if (pipe2(errands, O_CLOEXEC)) die("pipe2");
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &usr1, &before);
    if (pthread_create(&thread, 0, listen_to_runner, 0)) die("pthread_create");
    pthread_sigmask(SIG_SETMASK, &before, 0);
}

void agent_live(const char *listener_path, const char *device_path)
{
    struct sigaction action = {.sa_handler = interrupted};
    struct order order;
    listener = listener_path, device = device_path;
    sigaction(SIGUSR1, &action, 0);
    signal(SIGCHLD, SIG_IGN);
    attach();
    while (1) {
        long got = read(errands[0], &order, sizeof order);
        if (got == sizeof order) obey(order);
        else if (got >= 0 || errno != EINTR) _exit(0);
    }
}
