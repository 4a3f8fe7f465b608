/* Touches that may get a signal for it, which the worker survives. Private to
 * src/work. */
#ifndef PAGETIDE_GUARD_H
#define PAGETIDE_GUARD_H

#include <stdbool.h>

struct one_touch;

/*
 * Calls with SIGBUS and SIGSEGV caught; false: it got one, and was left there.
 * signal, code and addr of the touched say so then. Not to be nested.
 */
bool	guard_run(void (*call)(void *arg), void *arg, struct one_touch *);

#endif
