#ifndef STEVE_TERMINAL_H
#define STEVE_TERMINAL_H

// The size of the terminal behind a descriptor (TIOCGWINSZ); -1 with errno ENOTTY if it is no terminal.
int clinux_terminal_size(int descriptor, int *columns, int *rows);

#endif
