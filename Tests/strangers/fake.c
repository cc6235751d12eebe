// fake DIRECTORY NAME PATH: listens like a daemon of that name, names PATH as its jobserver, and answers yes
// to everything. Writes "listens" to standard output once it listens.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int main(int count, char **words)
{
    if (count != 4)
        return 2;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    signal(SIGPIPE, SIG_IGN);
    mkdir(words[1], 0777);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/%s.sock", words[1], words[2]);
    unlink(address.sun_path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) == -1 || chmod(address.sun_path, 0777) == -1
        || listen(listener, 8) == -1) {
        perror(address.sun_path);
        return 1;
    }
    puts("listens");
    fflush(stdout);
    for (;;) {
        int peer = accept(listener, 0, 0);
        char line[4096];
        int length = snprintf(line, sizeof line, "{\"backend\":\"fifo\",\"path\":\"%s\",\"protocol\":1,\"steve\":\"0.1.0\"}\n",
                              words[3]);
        if (write(peer, line, (size_t)length) == -1 || fork() > 0) {
            close(peer);
            continue;
        }
        for (int id = 1; read(peer, line, sizeof line) > 0; id++) {
            length = snprintf(line, sizeof line, "{\"id\":%d,\"ok\":true,\"path\":\"%s\",\"backend\":\"fifo\",\"values\":{}}\n",
                              id, words[3]);
            if (write(peer, line, (size_t)length) == -1)
                break;
        }
        _exit(0);
    }
}
