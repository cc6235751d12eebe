#include "stepper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

char device[256], folder[64];
pid_t keeper;
volatile const uint64_t *ledger;
static const char *const name = "stepper";
static size_t ledger_bytes;

/// The number of the keeper's descriptor whose target begins with that name; -1 if there is none.
static int file_of_keeper(const char *what, char *path, size_t size) {
    char directory[64], target[256];
    snprintf(directory, sizeof directory, "/proc/%d/fd", keeper);
    DIR *files = opendir(directory);
    need(files, "%s: %m", directory);
    int found = -1;
    for (struct dirent *entry; found < 0 && (entry = readdir(files));) {
        snprintf(path, size, "%s/%s", directory, entry->d_name);
        ssize_t length = readlink(path, target, sizeof target - 1);
        if (length < 0) continue;
        target[length] = 0;
        if (!strncmp(target, what, strlen(what))) found = atoi(entry->d_name);
    }
    closedir(files);
    return found;
}

int kernel_file(void) {
    char path[400];
    int number = file_of_keeper(strcmp(backend, "cuse") ? "/dev/fuse" : "/dev/cuse", path, sizeof path);
    need(number >= 0, "the keeper has no descriptor of the kernel's");
    return number;
}

// Sources/Ledger/Layout.swift describes what is read here: `Word`, and where the landing is.
static void map_ledger(void) {
    char path[400];
    struct stat status;
    need(file_of_keeper("/memfd:steve", path, sizeof path) >= 0, "the keeper has no ledger");
    int file = open(path, O_RDONLY | O_CLOEXEC);
    need(file >= 0 && !fstat(file, &status), "%s: %m", path);
    ledger_bytes = status.st_size;
    ledger = mmap(0, ledger_bytes, PROT_READ, MAP_SHARED, file, 0);
    need(ledger != MAP_FAILED, "mmap: %m");
    close(file);
    need(ledger[0] >> 24 == 0x7374657665 && ledger[1] == ledger_bytes, "this is no ledger");
}

static void become_steve(int ready) {
    char program[400], tokens[16], number[16];
    snprintf(program, sizeof program, "%s/steve", programs);
    snprintf(tokens, sizeof tokens, "%d", TOKENS);
    snprintf(number, sizeof number, "%d", ready);
    char log[160];
    snprintf(log, sizeof log, "%s/log", folder);
    int file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(file, 2), dup2(open("/dev/null", O_RDWR), 0), dup2(file, 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execl(program, program, "--backend", backend, "--dev-name", name, "--jobs", tokens, "--ready-fd", number,
          (char *)0);
    _exit(127);
}

void start_daemon(void) {
    strcpy(folder, "/tmp/steve-stepper.XXXXXX");
    need(mkdtemp(folder), "mkdtemp: %m");
    setenv("STEVE_RUNTIME_DIR", folder, 1);
    // So that the same request runs the same instructions.
    setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1);
    int ends[2];
    need(!pipe(ends), "pipe: %m");
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    keeper = fork();
    need(keeper >= 0, "fork: %m");
    if (keeper == 0) become_steve(ends[1]);
    close(ends[1]);
    char word;
    ssize_t got = read(ends[0], &word, 1);
    close(ends[0]);
    need(got == 1, "%s/steve did not start: see %s/log", programs, folder);
    snprintf(device, sizeof device, "%s/%s", strcmp(backend, "cuse") ? folder : "/dev", name);
    map_ledger();
}

void stop_daemon(void) {
    if (!keeper) return;
    if (ledger) munmap((void *)ledger, ledger_bytes);
    ledger = 0;
    kill(keeper, SIGTERM);
    for (double since = now_ms(); waitpid(keeper, 0, WNOHANG) == 0; nap())
        if (now_ms() - since > 5000 * slow) kill(keeper, SIGKILL);
    keeper = 0;
    // If the daemon could not unmount it.
    if (strcmp(backend, "cuse")) umount2(device, MNT_DETACH);
}

pid_t server(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", keeper, keeper);
    for (double since = now_ms(); now_ms() - since < 5000 * slow; nap()) {
        FILE *file = fopen(path, "re");
        int pid = 0;
        need(file, "the keeper has ended");
        if (fscanf(file, "%d", &pid) != 1) pid = 0;
        fclose(file);
        if (pid) return pid;
    }
    fail("no server was started");
}

// MARK: the control socket

static int connected(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/%s.sock", folder, name);
    int socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = 5 * slow};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    int refused = connect(socket_, (struct sockaddr *)&address, sizeof address);
    need(!refused, "%s: %m", address.sun_path);
    return socket_;
}

static int read_line(int file, char *line, size_t size) {
    size_t length = 0;
    while (length < size - 1) {
        ssize_t got = recv(file, line + length, size - 1 - length, 0);
        if (got <= 0) return 0;
        length += got;
        line[length] = 0;
        if (line[length - 1] == '\n') return 1;
    }
    return 0;
}

/// Asks until a server has answered, because the one that was asked may be killed.
static const char *status(void) {
    static char line[1 << 16];
    static const char request[] = "{\"id\":1,\"do\":\"status\"}\n";
    for (double since = now_ms(); now_ms() - since < 5000 * slow;) {
        int file = connected();
        int got = read_line(file, line, sizeof line)
            && send(file, request, sizeof request - 1, MSG_NOSIGNAL) > 0
            && read_line(file, line, sizeof line);
        close(file);
        const char *report = got ? strstr(line, "{\"backend\"") : 0;
        if (report) return report;
    }
    fail("nobody answers at the control socket");
}

/// Where that member of the object begins; does not look into objects inside of it.
static const char *member(const char *object, const char *key) {
    int depth = 0, isText = 0;
    size_t length = strlen(key);
    for (const char *at = object; *at; at++) {
        if (isText && *at == '\\' && at[1]) at++;
        else if (*at == '"') {
            isText = !isText;
            if (isText && depth == 1 && !strncmp(at + 1, key, length) && !strncmp(at + 1 + length, "\":", 2))
                return at + length + 3;
        } else if (!isText && (*at == '{' || *at == '[')) depth++;
        else if (!isText && (*at == '}' || *at == ']') && --depth == 0) break;
    }
    return 0;
}

long field(const char *key) {
    const char *value = member(status(), key);
    if (!strcmp(key, "takeovers")) value = value ? member(value, "count") : "0";
    need(value, "the status has no %s", key);
    return atol(value);
}

void await_field(const char *key, long value) {
    long is = 0;
    for (double since = now_ms(); now_ms() - since < 5000 * slow; nap())
        if ((is = field(key)) == value) return;
    fail("%s is %ld and not %ld", key, is, value);
}
