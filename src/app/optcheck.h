/* What one option says about another. */
#ifndef PAGETIDE_OPTCHECK_H
#define PAGETIDE_OPTCHECK_H

#include <stdbool.h>

struct opts;

/*
 * Settles what follows from all options together (mode, interval, the view to
 * begin with); tty: standard output is a terminal. What does not go together,
 * or would be ignored, ends the program as opts_wrong() does.
 */
void	optcheck(struct opts *, bool tty);

#endif
