/* A list of processes, or of what one has mapped, as it is shown: plain
 * data. */
#ifndef PAGETIDE_BROWSELOOK_H
#define PAGETIDE_BROWSELOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/process.h"
#include "pagetide/vmasum.h"

enum browse_kind { BROWSE_NOTHING, BROWSE_PROCESSES, BROWSE_MAPPINGS };

/* What a list may be sorted by. */
enum browse_sort {
	BROWSE_BY_FILES,	/* the first three: of processes only */
	BROWSE_BY_FAULTS,
	BROWSE_BY_PID,
	BROWSE_BY_RESIDENT,
	BROWSE_BY_SIZE,
	BROWSE_BY_NAME,
	BROWSE_BY_PSS,		/* the rest: of mappings only */
	BROWSE_BY_SWAP,
	BROWSE_BY_ADDRESS,
	BROWSE_SORTS
};

struct browse_row {
	const struct process *process;	/* NULL: it is a mapping */
	struct mapping_pieces mapping;
	struct vmasum	 sum;		/* of a mapping */
};

struct browse_look {
	enum browse_kind kind;
	bool		 read;		/* it was, once at least */
	const char	*why;		/* it can't be, or not any more: one
					   line; NULL: it can */
	const char	*name;		/* those of that name alone; or NULL */
	const struct process *process;	/* whose mappings these are; NULL: not
					   read yet */
	struct vmasum	 all;		/* of its mappings, whatever is shown */
	const struct browse_row *row;	/* those shown, in their order */
	size_t		 n;
	size_t		 of;		/* ... out of so many */
	size_t		 at;		/* of the cursor, if n > 0 */
	const char	*sort;		/* its word */
	const char	*filter;	/* "": none */
	uint64_t	 within_ns;	/* of new faults; 0: not known yet */
	uint64_t	 took_ns;	/* the last round */
	uint64_t	 age_ns;	/* since all was counted; 0: not yet */
	uint32_t	 page_bytes;
};

#endif
