/* Runs rows of the truth table. */
#ifndef PAGETIDE_TRUTHRUN_H
#define PAGETIDE_TRUTHRUN_H

#include "pagetide/truth.h"

struct truthlab;

/* A row that differs is measured again, so often in all: the machine may
 * reclaim any page at any time. */
#define TRUTH_TRIES	5

/*
 * Runs a row, or says why not. 0, or -EINTR: a signal is to end us, and
 * nothing is known of the row.
 */
int	truthrun_row(struct truthlab *, const struct truth_facts *,
	    const struct truth_row *, struct truth_result *);

#endif
