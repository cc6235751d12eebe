#ifndef STEVE_TERMINAL_H
#define STEVE_TERMINAL_H

// The size of the terminal behind a descriptor (TIOCGWINSZ); -1 with errno ENOTTY when it is none.
int clinux_terminal_size(int descriptor, int *columns, int *rows);

#endif
