/* What the process that gives hints to another one answers. Private to
 * src/other. */
#ifndef PAGETIDE_OTHERHINTPROC_H
#define PAGETIDE_OTHERHINTPROC_H

#include <stdint.h>

/* It has the pidfd as this descriptor. */
#define OTHERHINT_PIDFD	3

struct otherhint_answer {
	int32_t		err;		/* errno of the call that failed; 0 */
	uint64_t	bytes;		/* that were done before */
	uint64_t	ns;		/* all of it took */
};

#endif
