/* A script under way, for script.c and what it waits for, wait.c. */
#ifndef PAGETIDE_SCRIPTPARTS_H
#define PAGETIDE_SCRIPTPARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/strbuf.h"

struct expect;
struct ui;

struct script {
	char		*name;
	struct strbuf	 text;
	size_t		 next;		/* bytes into text */
	unsigned	 line;
	struct expect	*wait;		/* go on when it holds; NULL: now */
	uint64_t	 wait_seq;	/* of this sample, or a later one */
	bool		 list;		/* go on when the list is whole */
	bool		 unknown;	/* it was not known, and that was said
					   */
};

/* Is what the script of ui waits for still to come? */
bool	script_waits(struct ui *);
/* It was, and cannot come any more. */
bool	script_waits_in_vain(const struct ui *);

#endif
