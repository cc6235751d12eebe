// muted COMMAND…: runs the command with a terminal as its standard error, whose output is stopped as by
// Control-S.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

int main(int count, char **words)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY), status = 1;
    if (count < 2 || master == -1 || grantpt(master) == -1 || unlockpt(master) == -1)
        return 99;
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    if (slave == -1 || tcflow(slave, TCOOFF) == -1)
        return 99;
    pid_t child = fork();
    if (child == 0) {
        dup2(slave, 2);
        execvp(words[1], words + 1);
        _exit(98);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 97;
}
