/* What the process that knows code sites answers. Private to src/other. */
#ifndef PAGETIDE_SITEPROC_H
#define PAGETIDE_SITEPROC_H

#include <stdint.h>

#include "pagetide/landing.h"

struct site_answer {
	uint64_t	ip;
	char		place[LANDING_PLACE];	/* safe to print */
	char		symbol[LANDING_PLACE];	/* safe, too; "": none */
};

#endif
