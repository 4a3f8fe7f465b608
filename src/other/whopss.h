/* Pss of those that were found, in turn: who was read longest ago is next. A new
 * round leaves the one that is being read, however long that takes. Private to
 * src/other. */
#ifndef PAGETIDE_WHOPSS_H
#define PAGETIDE_WHOPSS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pagetide/mapperpss.h"
#include "pagetide/mappers.h"
#include "pagetide/sharers.h"

struct whopss {
	struct mapperpss read;
	pid_t		pid;		/* that is being read; 0: none */
	uint64_t	began_ns;
};

void	whopss_init(struct whopss *);
/* Has one not been read since then? */
bool	whopss_is_due(const struct mappers_found *, uint64_t since_ns);
/* Reads a piece of one of these. True: one of them has another answer now. */
bool	whopss_step(struct whopss *, struct mappers_found *, uint64_t since_ns,
	    const struct mapfile *);
/* What was known of those that are found again, by pid and name. */
void	whopss_keep(struct mappers_found *now,
	    const struct mappers_found *before);
/* Those rows have what is known of those that were found. */
void	whopss_put(const struct mappers_found *, struct sharers *);

#endif
