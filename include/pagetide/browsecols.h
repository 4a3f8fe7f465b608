/* The columns of a list of processes, or of mappings. */
#ifndef PAGETIDE_BROWSECOLS_H
#define PAGETIDE_BROWSECOLS_H

#include <stdbool.h>
#include <stddef.h>

#include "pagetide/browselook.h"

#define BROWSE_TEXT_MAX 48	/* of a column */
#define BROWSE_BAR_COLS 10

/* What stands in a column of a row; "?": not known. */
typedef void browse_text(char buf[BROWSE_TEXT_MAX], const struct browse_look *,
	    const struct browse_row *);

struct browse_column {
	const char	*title;
	int		 width;
	unsigned	 rank;		/* the highest goes first where there
					   is no room */
	bool		 left;		/* it begins at the left */
	browse_text	*text;		/* NULL: the bar */
};

/* Those of a list, *n of them; the name stands behind them. */
const struct browse_column *browse_columns(enum browse_kind, size_t *n);

#endif
