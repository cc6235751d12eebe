// many PATH N: N processes open the path and try to take one token each without waiting; prints how many got
// one, and stays.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int count, char **words)
{
    int n = count > 2 ? atoi(words[2]) : 0, ends[2], got = 0;
    char c;
    if (pipe(ends) == -1)
        return 1;
    for (int i = 0; i < n; i++)
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            int file = open(words[1], O_RDWR | O_NONBLOCK);
            c = file >= 0 && read(file, &c, 1) == 1 ? '+' : '-';
            if (write(ends[1], &c, 1) != 1)
                _exit(1);
            for (;;)
                pause();
        }
    for (int i = 0; i < n && read(ends[0], &c, 1) == 1; i++)
        got += c == '+';
    printf("took %d\n", got);
    fflush(stdout);
    for (;;)
        pause();
}
