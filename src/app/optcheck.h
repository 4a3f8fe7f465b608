/* What one option says about another. */
#ifndef PAGETIDE_OPTCHECK_H
#define PAGETIDE_OPTCHECK_H

#include <stdbool.h>

struct opts;

/*
 * Settles what follows from all options together (mode, interval, the view to
 * begin with); tty: standard output is a terminal. NULL, or one line (static)
 * that says what does not go together.
 */
const char *optcheck(struct opts *, bool tty);

#endif
