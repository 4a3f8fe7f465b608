/*
 * Moves to the file that the target's path has come to lead to. Private
 * to src/source.
 */
#ifndef PAGETIDE_FOLLOW_H
#define PAGETIDE_FOLLOW_H

#include <stdbool.h>
#include <sys/stat.h>

#include "pagetide/storage.h"

struct target;

struct follow {
	bool		 refused;	/* the file at the path can't be
					   watched, because of why */
	struct stat	 st;		/* of that file */
	char		 why[160];
	struct storage_job open;	/* of the file at the path */
	struct stat	 asked;		/* what that was then */
};

/*
 * Of a target that is to follow its name: looks where that leads. If to
 * another file that can be watched, the struct target is that one from now
 * on: SOURCE_FOLLOWED. If to one that can't, it stays as it is, and
 * facts.refused says why: SOURCE_REFUSED the first time, 0 until file or
 * reason are others; it is tried again when the file has changed. 0 if there
 * is nothing to follow.
 */
unsigned follow_path(struct follow *, struct target *);
/* No more of it; the target is still there. */
void	follow_done(struct follow *, struct target *);

#endif
