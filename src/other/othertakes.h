/* Which hints another process takes, and why not the others. Private to
 * src/other. */
#ifndef PAGETIDE_OTHERTAKES_H
#define PAGETIDE_OTHERTAKES_H

#include <stdbool.h>

#include "otherhintproc.h"

struct othertakes {
	const char	*name;
	enum otherhint_by by;
	bool		 drops;		/* it is to evict */
};

/* Of an index into advice_table; NULL: it is none of them. */
const struct othertakes *othertakes_find(int advice);

#endif
