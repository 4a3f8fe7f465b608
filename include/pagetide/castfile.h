/* Frames over time as an asciicast, version 2: what asciinema plays. */
#ifndef PAGETIDE_CASTFILE_H
#define PAGETIDE_CASTFILE_H

#include <stdint.h>

#include "pagetide/frame.h"

struct scheme;
struct strbuf;

struct castfile {
	struct strbuf	*out;		/* the caller's */
	const struct scheme *scheme;
	struct frame	 last;		/* what is on its screen */
	uint64_t	 begin_ns;	/* when it begins */
};

/* Of frames as large as that one. */
void	castfile_begin(struct castfile *, struct strbuf *out,
	    const struct frame *, const struct scheme *, uint64_t t_ns,
	    uint64_t wall_ns);
/* What differs in it; times do not go back. */
void	castfile_frame(struct castfile *, const struct frame *, uint64_t t_ns);
/* A marker: a player can go there, and stop there. */
void	castfile_mark(struct castfile *, uint64_t t_ns, const char *text);
void	castfile_end(struct castfile *);

#endif
