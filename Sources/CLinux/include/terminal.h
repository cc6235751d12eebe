#ifndef STEVE_TERMINAL_H
#define STEVE_TERMINAL_H

// The width of the terminal behind a descriptor (TIOCGWINSZ); -1 with errno ENOTTY when it is none.
int clinux_terminal_width(int descriptor);

#endif
