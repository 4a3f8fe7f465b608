/* What the process that gives hints to another one answers. Private to
 * src/other. */
#ifndef PAGETIDE_OTHERHINTPROC_H
#define PAGETIDE_OTHERHINTPROC_H

#include <stdint.h>

/* It has the pidfd, or the file, as this descriptor. */
#define OTHERHINT_FD	3

/* The call that it makes. */
enum otherhint_by {
	OTHERHINT_BY_PROCESS,	/* process_madvise */
	OTHERHINT_BY_FADVISE,	/* posix_fadvise, on the file */
	OTHERHINT_BY_READAHEAD,	/* readahead, on the file */
	OTHERHINT_BYS
};

struct otherhint_answer {
	int32_t		err;		/* errno of the call that failed; 0 */
	uint64_t	bytes;		/* that were done before */
	uint64_t	ns;		/* all of it took */
};

#endif
