// paging PATH HOW: reads the file's first page through the page cache: splice, sendfile, readahead, fadvise,
// map.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

int main(int count, char **words)
{
    int ends[2], file = open(words[1], O_RDWR), null = open("/dev/null", O_WRONLY);
    ssize_t result = -1;
    if (count < 3 || file == -1 || null == -1 || pipe(ends) == -1)
        return 99;
    // The kernel takes the file for as long as the bytes that were written. This takes back the slot that the
    // write lent.
    char byte;
    if (write(file, "+", 1) != 1 || read(file, &byte, 1) != 1)
        return 98;
    if (!strcmp(words[2], "splice"))
        result = splice(file, 0, ends[1], 0, 4096, 0);
    if (!strcmp(words[2], "sendfile"))
        result = sendfile(null, file, 0, 4096);
    if (!strcmp(words[2], "readahead"))
        result = readahead(file, 0, 4096);
    if (!strcmp(words[2], "fadvise"))
        result = posix_fadvise(file, 0, 4096, POSIX_FADV_WILLNEED);
    if (!strcmp(words[2], "map")) {
        char *page = mmap(0, 4096, PROT_READ, MAP_PRIVATE, file, 0);
        result = page == MAP_FAILED ? -1 : *(volatile char *)page;
    }
    printf("%s: %zd\n", words[2], result);
    return 0;
}
