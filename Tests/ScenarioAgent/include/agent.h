// A client process of the scenarios: it makes one call after the other on the device, as it is told.
#ifndef STEVE_SCENARIO_AGENT_H
#define STEVE_SCENARIO_AGENT_H

// Connects with the runner's socket at `listener` and obeys its lines until the process ends.
//   "ID LANE CALL FILE ARGUMENT": answered by "ID VALUE", where VALUE is what the call gave, or -errno.
// Lane 0 is the main thread, which makes its calls in turn; any other lane is a thread of its own for one
// call. The process ends when the connection does, whatever it is waiting for.
//   o open, ARGUMENT are its flags      r read, w write ARGUMENT bytes
//   p poll for ARGUMENT ms: the events, or 0
//   f FIONREAD                          i an ioctl that nobody knows      n fcntl F_SETFL ARGUMENT
//   c close                             x exec sleep                      k fork: the child connects too
//   t a thread begins to nap: its id    e the thread ARGUMENT has napped enough
// A read whose byte is not '+' gives -1000. SIGUSR1 interrupts the main thread.
_Noreturn void agent_live(const char *listener, const char *device);

#endif
