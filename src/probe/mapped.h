/*
 * The mapping of the subject, which it may make anew at any time: where it is,
 * its page tables (pagemap) and its VmFlags (smaps). Private to src/probe.
 */
#ifndef PAGETIDE_MAPPED_H
#define PAGETIDE_MAPPED_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/sample.h"

#include "pagemap.h"
#include "smaps.h"

struct subject;
struct target;

struct mapped {
	const struct subject *subject;
	const struct target *target;
	/* As the subject said last. */
	uint64_t	 addr, first_page, pages;
	uint32_t	 flags;
	uint64_t	 seen_ns;	/* when that was seen */
	bool		 sure;		/* the readahead then is known, or
					   that it is not */
	bool		 readahead_known;
	uint64_t	 readahead_bytes;
	struct pagemap	 pagemap;
	char		 why[96];	/* why not open; "": it can be read */
	bool		 gone;		/* the address space of another
					   process is */
	int		 smaps_fd;
	bool		 flags_stale;
	bool		 onfault_asked, onfault_shown;	/* onfault.h */
	uint64_t	 smaps_ns;	/* when it was read last */
	uint64_t	 smaps_cost_ns;	/* how long that took */
	struct smaps	 smaps;
};

void	mapped_init(struct mapped *, const struct target *,
	    const struct subject *);
void	mapped_close(struct mapped *);
/* There is another subject, or none. */
void	mapped_forget(struct mapped *);
/* Looks where the mapping is; true: it is another one than before. */
bool	mapped_look(struct mapped *);
/* Why they can't be read: one line; NULL: they can. */
const char *mapped_why(const struct mapped *);
/* Who reads its page tables; NULL: nobody can. */
const struct scan_reader *mapped_reader(struct mapped *);
/* Reads the VmFlags if they may have changed, and Private_Dirty with them.
 * Of a mapping seen half-way they are read again next time. True if read. */
bool	mapped_read_flags(struct mapped *);
/* Are the VmFlags of all of it known? */
bool	mapped_flags_known(const struct mapped *);
/* Sets LAYER_LOCKED of a grid from the VmFlags read last. */
void	mapped_put_locked(const struct mapped *, struct cells *);
/* What a sample says of it. */
void	mapped_read(struct mapped *, struct sample *out);

#endif
