/* One target, or list, watched from its opening to its end. */
#ifndef PAGETIDE_WATCHING_H
#define PAGETIDE_WATCHING_H

#include <stdbool.h>

struct browse;
struct found;
struct opts;
struct script;
struct storage;
struct strbuf;

/* What there is beside the options; any may be NULL. */
struct watching {
	struct storage	*storage;
	struct found	*found;		/* a mapping of another process */
	struct browse	*browse;	/* lists; what is to be watched next it
					   says then */
	const char	*say;		/* what went wrong before */
	bool		 opened;	/* set: it was there to be watched */
};

/* Takes the script, and leaves what is left of it. *sig: the signal that
 * ended it, or 0. The exit status, with why. */
int	watching_run(const struct opts *, struct watching *,
	    struct script **, int *sig, struct strbuf *why);

#endif
