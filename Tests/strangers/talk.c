// talk SOCKET [MODE [N]]: speaks with a daemon in ways that no good client does.
//   lines     each line of the standard input is sent, and its answer printed (the default)
//   orphan    the same on a connection whose process has ended
//   crowd N   N connections, each registered; prints how many were let in, and holds them until the standard
//             input ends
//   unread N  N connections ask for the status 20 times and read nothing; the same
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *path;

static int join(int s)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    strncpy(a.sun_path, path, sizeof a.sun_path - 1);
    return connect(s, (struct sockaddr *)&a, sizeof a);
}

static int fresh(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }

static int line(int s, char *to, size_t room)
{
    size_t n = 0;
    while (n + 1 < room) {
        struct pollfd p = {.fd = s, .events = POLLIN};
        if (poll(&p, 1, 20000) != 1 || read(s, to + n, 1) != 1)
            break;
        if (to[n] == '\n')
            break;
        n++;
    }
    to[n] = 0;
    return (int)n;
}

static char reply[1 << 20];

static void talk(int s)
{
    char *request = 0;
    size_t room = 0;
    ssize_t n;
    line(s, reply, sizeof reply);
    while ((n = getline(&request, &room, stdin)) > 0) {
        if (write(s, request, (size_t)n) != n)
            break;
        if (line(s, reply, sizeof reply) == 0)
            break;
        puts(reply);
    }
}

static void hold(void)
{
    char c;
    fflush(stdout);
    while (read(0, &c, 1) > 0)
        ;
}

int main(int count, char **words)
{
    path = words[1];
    const char *mode = count > 2 ? words[2] : "lines";
    int n = count > 3 ? atoi(words[3]) : 1, in = 0;
    struct rlimit many = {n + 64, n + 64};
    if (n > 900)
        setrlimit(RLIMIT_NOFILE, &many);
    if (!strcmp(mode, "orphan")) {
        int s = fresh(), status;
        if (fork() == 0)
            _exit(join(s) == -1);
        if (wait(&status) == -1 || status != 0)
            return 1;
        talk(s);
        return 0;
    }
    if (!strcmp(mode, "lines")) {
        int s = fresh();
        if (join(s) == -1)
            return perror(path), 1;
        talk(s);
        return 0;
    }
    static const char enrol[] = "{\"do\":\"register\",\"id\":1,\"slot\":false}\n", ask[] = "{\"do\":\"status\",\"id\":1}\n";
    for (int i = 0; i < n; i++) {
        int s = fresh();
        if (s == -1 || join(s) == -1)
            break;
        if (line(s, reply, sizeof reply) == 0 || !strstr(reply, "\"steve\"")) {
            close(s);
            continue;
        }
        in++;
        if (!strcmp(mode, "crowd")) {
            if (write(s, enrol, sizeof enrol - 1) > 0)
                line(s, reply, sizeof reply);
        } else {
            for (int k = 0; k < 20; k++)
                if (send(s, ask, sizeof ask - 1, MSG_DONTWAIT | MSG_NOSIGNAL) <= 0)
                    break;
        }
    }
    printf("%d are in\n", in);
    hold();
    return 0;
}
