/* The keys of the moment. */
#ifndef PAGETIDE_FOOTER_H
#define PAGETIDE_FOOTER_H

#include <stddef.h>

#include "pagetide/ui.h"

/* What the footer shows now, without what hidden (may be NULL) says;
 * binding_free() frees it. */
struct key_help *footer_rows(const struct ui *, binding_acts *hidden,
	    size_t *n);

#endif
