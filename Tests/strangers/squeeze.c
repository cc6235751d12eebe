// squeeze PIPE HOW: a client that leaves the pipe worse than it found it, and ends.
//   small   its room is one page
//   pages   all tokens are out of it, and each of its pages has a single byte, behind which none fits
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

int main(int count, char **words)
{
    static char bytes[65536];
    int pipe = count < 3 ? -1 : open(words[1], O_RDWR | O_NONBLOCK);
    if (pipe == -1)
        return 1;
    if (strcmp(words[2], "small") == 0)
        return fcntl(pipe, F_SETPIPE_SZ, 4096) == -1;
    while (read(pipe, bytes, sizeof bytes) > 0)
        ;
    struct iovec byte = {bytes, 1};
    while (vmsplice(pipe, &byte, 1, SPLICE_F_NONBLOCK) == 1)
        ;
    return 0;
}
