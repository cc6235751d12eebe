#include "terminal.h"

#include <sys/ioctl.h>

int clinux_terminal_width(int descriptor)
{
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == -1 ? -1 : size.ws_col;
}
