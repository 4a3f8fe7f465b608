/* The truth table as text, row by row, for a terminal or a file. */
#ifndef PAGETIDE_TRUTHLIST_H
#define PAGETIDE_TRUTHLIST_H

#include "pagetide/truth.h"

struct strbuf;

/* What a run is about. */
struct truth_place {
	const char	*kernel;	/* "6.18.4" */
	const char	*dir;		/* where the scratch file is; NOT safe
					   to print raw */
	const char	*filesystem;
	uint32_t	 page_bytes;
};

/* How many rows came to what. */
struct truth_sum { unsigned rows, as_expected, differ, not_run; };
void	truth_sum_add(struct truth_sum *, const struct truth_result *);

/* All append whole lines, of at most 80 columns but for a long path or numbers
 * above 999. */
/* What is measured on, and the heads of the columns. */
void	truthlist_head(struct strbuf *, const struct truth_place *,
	    const struct truth_facts *);
/*
 * A row: measured, then expected below it, then what else was asked, and the
 * remark. "256>0" is before and after the acts, "15/1" minor and major
 * faults, "0-32" any number of those; '?' was not measured, '-' is not asked.
 */
void	truthlist_row(struct strbuf *, const struct truth_facts *,
	    const struct truth_result *);
/* "91 rows: 85 as expected, 0 differ, 6 not run here" */
void	truthlist_sum(struct strbuf *, const struct truth_sum *);

#endif
