// lend PATH N: N processes open the path, write one byte each and sleep; prints a line once all have, and
// stays.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int count, char **words)
{
    int n = count > 2 ? atoi(words[2]) : 0, ends[2];
    char c = '+';
    if (pipe(ends) == -1)
        return 1;
    for (int i = 0; i < n; i++)
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            int file = open(words[1], O_RDWR);
            if (file == -1 || write(file, "+", 1) != 1 || write(ends[1], &c, 1) != 1)
                _exit(1);
            for (;;)
                pause();
        }
    for (int i = 0; i < n; i++)
        if (read(ends[0], &c, 1) != 1)
            return 1;
    printf("%d lent\n", n);
    fflush(stdout);
    for (;;)
        pause();
}
