// Rows of "any-open" and "fionread": how the device may be opened, and how it answers an ioctl.
#include <sys/ioctl.h>

#include "probe.h"

static void open_mix(int mode, int flags) {
    char token = '+';
    int other = open_device(O_RDWR);
    int file = try_open(device, mode | flags);
    need(file >= 0, "open with flags %#o: %s", mode | flags, strerror(-file));
    need(read(mode == O_WRONLY ? other : file, &token, 1) == 1, "read, opened with %#o: %m", mode | flags);
    need(write(mode == O_RDONLY ? other : file, &token, 1) == 1, "write, opened with %#o: %m", mode | flags);
    if (mode == O_RDONLY) need(write(file, &token, 1) < 0 && errno == EBADF, "write on a read-only file");
    close(file), close(other);
}

static void any_open(void) {
    const int modes[] = {O_RDONLY, O_WRONLY, O_RDWR}, extra[] = {O_NONBLOCK, O_CREAT, O_TRUNC, O_APPEND};
    for (int mode = 0; mode < 3; mode++)
        for (int mix = 0; mix < 16; mix++) {
            int flags = 0;
            for (int bit = 0; bit < 4; bit++) flags |= mix >> bit & 1 ? extra[bit] : 0;
            open_mix(modes[mode], flags);
        }
    note("48 mixes of flags");
}

static void reopened(void) {
    char path[64], token = '+';
    int first = open_device(O_RDWR);
    snprintf(path, sizeof path, "/proc/self/fd/%d", first);
    int file = try_open(path, O_RDWR);
    need(file >= 0, "open %s: %s", path, strerror(-file));
    need(read(file, &token, 1) == 1 && write(first, &token, 1) == 1, "read or write, reopened: %m");
}

static void shell_redirection(void) {
    char line[512];
    snprintf(line, sizeof line, "t=$(dd bs=1 count=1 < %s 2> /dev/null); printf %%s \"$t\" > %s", device, device);
    need(system(line) == 0, "the shell's redirections failed");
}

static void offset(void) {
    char token = '+';
    int file = open_device(O_RDWR);
    need(pread(file, &token, 1, 1000) == 1 && token == '+', "pread: %m");
    need(pwrite(file, &token, 1, 2000) == 1, "pwrite: %m");
    need(lseek(file, 0, SEEK_SET) == 0 || errno == ESPIPE, "lseek: %m");
}

static void fionread(void) {
    char token = '+';
    int count = -1, file = open_device(O_RDWR);
    for (int taken = 0; taken <= tokens; taken++) {
        need(ioctl(file, FIONREAD, &count) == 0, "FIONREAD: %m");
        need(count == tokens - taken, "FIONREAD gave %d with %d of %d taken", count, taken, tokens);
        if (taken < tokens) need(read(file, &token, 1) == 1, "read: %m");
    }
    for (int taken = 0; taken < tokens; taken++) need(write(file, "+", 1) == 1, "write: %m");
}

static void ioctls(void) {
    char space[64];
    int file = open_device(O_RDWR);
    need(!isatty(file) && errno == ENOTTY, "isatty: %m");
    need(ioctl(file, 0x1234, space) < 0 && errno == ENOTTY, "ioctl 0x1234: %m");
    need(ioctl(file, _IOR('s', 1, space), space) < 0 && errno == ENOTTY, "ioctl that reads: %m");
    need(ioctl(file, _IOW('s', 2, space), space) < 0 && errno == ENOTTY, "ioctl that writes: %m");
}

const struct row opening_rows[] = {
    {"any-open", any_open, ANY, 0},
    {"any-open-reopened", reopened, ANY, 0},
    {"any-open-shell", shell_redirection, ANY, 0},
    {"any-open-offset", offset, CUSE, "the kernel refuses offsets on a pipe and on a file that is a stream"},
    {"fionread", fionread, CUSE | FIFO, "the kernel answers FIONREAD on a regular file itself"},
    {"unknown-ioctl", ioctls, ANY, 0},
    {0},
};
