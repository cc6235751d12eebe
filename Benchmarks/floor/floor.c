// The floor: the least that a token device can cost. It speaks the kernel's FUSE protocol without a library,
// and only counts tokens: it knows no holders, no fairness, no reclaim.
//   floor cuse NAME TOKENS   serves /dev/NAME through /dev/cuse
//   floor fuse PATH TOKENS   serves the file PATH through a FUSE mount on it
// Prints "ready" once the kernel has its answer. Blocked reads wait in one queue.
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MANY = 4096 };
// FOPEN_STREAM: a file has no position, whose lock would let a blocked read delay a write.
enum { OPEN_FLAGS = FOPEN_DIRECT_IO | FOPEN_NONSEEKABLE | FOPEN_STREAM };

static struct { uint64_t file, handle; } pollers[MANY];
static uint64_t readers[MANY], last_file;
static int device, tokens, reader_count, poller_count;
static const char *name, *mounted;

static void fail(const char *what) { perror(what), exit(1); }

static int reply(uint64_t unique, int error, const void *body, size_t size) {
    struct fuse_out_header head = {.len = sizeof head + size, .error = error, .unique = unique};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)body, size}};
    return writev(device, parts, 2) < 0 ? -1 : 0;
}

// A reply fails if the reader was interrupted or killed: then the token stays.
static void grant(uint64_t unique) { tokens -= reply(unique, 0, "+", 1) == 0; }

static void enqueue(uint64_t unique) {
    if (reader_count == MANY) reply(unique, -EAGAIN, 0, 0);
    else readers[reader_count++] = unique;
}

static void dequeue(int at) {
    memmove(readers + at, readers + at + 1, (--reader_count - at) * sizeof *readers);
}

static void drop_poller(int at) {
    memmove(pollers + at, pollers + at + 1, (--poller_count - at) * sizeof *pollers);
}

static void serve_waiting(void) {
    while (tokens > 0 && reader_count > 0) {
        uint64_t first = readers[0];
        dequeue(0);
        grant(first);
    }
    // Wakes one poller for each token, the oldest first: with 64 clients it costs 7 times as much to wake
    // all.
    for (int wakes = tokens; wakes > 0 && poller_count > 0; wakes--) {
        struct fuse_notify_poll_wakeup_out wake = {pollers[0].handle};
        drop_poller(0);
        reply(0, FUSE_NOTIFY_POLL, &wake, sizeof wake);
    }
}

static void interrupt(uint64_t unique) {
    for (int i = 0; i < reader_count; i++)
        if (readers[i] == unique) {
            dequeue(i);
            reply(unique, -EINTR, 0, 0);
            return;
        }
}

static void forget_poller(uint64_t file) {
    for (int i = 0; i < poller_count; i++)
        if (pollers[i].file == file) drop_poller(i--);
}

static void answer_poll(uint64_t unique, const struct fuse_poll_in *in) {
    struct fuse_poll_out out = {.revents = POLLOUT | (tokens > 0 ? POLLIN : 0)};
    forget_poller(in->fh);
    if (tokens == 0 && in->flags & FUSE_POLL_SCHEDULE_NOTIFY && poller_count < MANY) {
        pollers[poller_count].file = in->fh;
        pollers[poller_count++].handle = in->kh;
    }
    reply(unique, 0, &out, sizeof out);
}

static void answer_init(const struct fuse_in_header *head, const struct fuse_init_in *in) {
    if (head->opcode == FUSE_INIT) {
        struct fuse_init_out out = {.major = 7, .minor = 31, .max_write = 4096, .max_background = 16};
        if (in->minor < 31) out.minor = in->minor;
        reply(head->unique, 0, &out, sizeof out);
    } else {
        struct { struct cuse_init_out out; char info[64]; } out = {
            {.major = 7, .minor = 31, .max_read = 4096, .max_write = 4096}, ""};
        int size = sizeof out.out + 1 + snprintf(out.info, sizeof out.info, "DEVNAME=%s", name);
        reply(head->unique, 0, &out, size);
    }
    puts("ready"), fflush(stdout);
}

static void answer(const struct fuse_in_header *head, const void *body) {
    uint64_t unique = head->unique;
    switch (head->opcode) {
    case FUSE_READ:
        if (tokens > 0) grant(unique);
        else if (((const struct fuse_read_in *)body)->flags & O_NONBLOCK) reply(unique, -EAGAIN, 0, 0);
        else enqueue(unique);
        return;
    case FUSE_WRITE: {
        uint32_t size = ((const struct fuse_write_in *)body)->size;
        struct fuse_write_out out = {.size = size};
        tokens += size;
        reply(unique, 0, &out, sizeof out);
        return serve_waiting();
    }
    case FUSE_POLL: return answer_poll(unique, body);
    case FUSE_INTERRUPT: return interrupt(((const struct fuse_interrupt_in *)body)->unique);
    case FUSE_OPEN: {
        struct fuse_open_out out = {.fh = ++last_file, .open_flags = OPEN_FLAGS};
        reply(unique, 0, &out, sizeof out);
        return;
    }
    case FUSE_RELEASE:
        forget_poller(((const struct fuse_release_in *)body)->fh);
        reply(unique, 0, 0, 0);
        return;
    case FUSE_GETATTR:
    case FUSE_SETATTR: {
        struct fuse_attr_out out = {
            .attr_valid = 3600, .attr = {.ino = 1, .mode = S_IFREG | 0666, .nlink = 1, .blksize = 4096}};
        reply(unique, 0, &out, sizeof out);
        return;
    }
    case FUSE_INIT:
    case CUSE_INIT: return answer_init(head, body);
    case FUSE_IOCTL: reply(unique, -ENOTTY, 0, 0); return;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET: return;
    default: reply(unique, -ENOSYS, 0, 0);
    }
}

static void end(int signal) {
    (void)signal;
    if (mounted) umount2(mounted, MNT_DETACH);
    _exit(0);
}

static void mount_file(const char *path) {
    char options[128];
    int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0666);
    if (file < 0 || close(file)) fail(path);
    snprintf(options, sizeof options, "fd=%d,rootmode=100000,user_id=0,group_id=0,allow_other", device);
    if (mount("floor", path, "fuse", MS_NOSUID | MS_NODEV, options)) fail(path);
    mounted = path;
}

int main(int count, char **words) {
    static char frame[1 << 16] __attribute__((aligned(8)));
    int cuse = count == 4 && !strcmp(words[1], "cuse");
    if (count != 4 || (!cuse && strcmp(words[1], "fuse")) || (tokens = atoi(words[3])) < 0) {
        fputs("usage: floor cuse NAME TOKENS | floor fuse PATH TOKENS\n", stderr);
        return 64;
    }
    name = words[2];
    device = open(cuse ? "/dev/cuse" : "/dev/fuse", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (device < 0) fail(cuse ? "/dev/cuse" : "/dev/fuse");
    if (!cuse) mount_file(name);
    signal(SIGTERM, end), signal(SIGINT, end);
    struct epoll_event event = {.events = EPOLLIN};
    int loop = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ctl(loop, EPOLL_CTL_ADD, device, &event)) fail("epoll_ctl");
    for (;;) {
        // Reads everything that is there before it waits again: under load this halves the system calls.
        ssize_t size = read(device, frame, sizeof frame);
        if (size > 0) answer((void *)frame, frame + sizeof(struct fuse_in_header));
        else if (errno == EAGAIN) epoll_wait(loop, &event, 1, -1);
        else if (errno != EINTR && errno != ENOENT) break;
    }
    if (errno != ENODEV) fail("floor: reading requests");
    return 0;
}
