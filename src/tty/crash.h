/* What must work when nothing else does: the way out of a crash. */
#ifndef PAGETIDE_TTY_CRASH_H
#define PAGETIDE_TTY_CRASH_H

#include <stddef.h>

struct device;

/* Handlers for SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGSYS and SIGTRAP
 * that call crash_restore() and raise the signal again. */
void	crash_install(void);
/* The handlers that were there before. */
void	crash_uninstall(void);

/* From now on the terminal is ours; device must stay. */
void	crash_arm(const struct device *);
/* Bytes that give the terminal back; copied, cut at CRASH_RESET_MAX. */
enum { CRASH_RESET_MAX = 256 };
void	crash_set_reset(const char *bytes, size_t n);
/* Gives the terminal back if it is ours: reset bytes (waits at most about a
 * second for a terminal that does not read), then termios. Only calls what a
 * signal handler may call. */
void	crash_restore(void);

#endif
