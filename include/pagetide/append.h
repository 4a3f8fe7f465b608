/* Lines for the end of a file, written by processes of their own: storage may
 * hang, and nobody waits for it. */
#ifndef PAGETIDE_APPEND_H
#define PAGETIDE_APPEND_H

#include "pagetide/aside.h"
#include "pagetide/strbuf.h"

struct append {
	const char	*path;		/* outlives it */
	struct aside	 aside;		/* writes what came before */
	struct strbuf	 waiting;	/* for that one to have ended */
};

void	append_init(struct append *, const char *path);
/* All that was given is to be written, which is waited for, a second at most,
 * and goes on after that. 0, or -errno; -ETIMEDOUT: it is not yet. */
int	append_done(struct append *);
/* 0, or -errno: no process can be started. */
int	append_line(struct append *, const char *line);
/* What there is to wait for; -1: nothing. */
int	append_fd(const struct append *);
/* That is ready: 0, or -errno of what could not be written. */
int	append_ready(struct append *);

#endif
