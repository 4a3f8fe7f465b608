/* Which mapping the worker is to make, and what of a range lies in it. */
#ifndef PAGETIDE_REMAP_H
#define PAGETIDE_REMAP_H

#include <stdbool.h>
#include <stdint.h>

struct app;
struct map_spec;
struct order;
struct strbuf;

/* The order that maps the target as it is now like that. 0 or -EINVAL with
 * why. */
int	remap_order(const struct app *, const struct map_spec *,
	    struct order *, struct strbuf *why);
/* Would the mapping that was asked for last be larger by now? */
bool	remap_is_due(const struct app *);
/* Cuts a range to the part of the target that was asked to be mapped. 0, or
 * -EINVAL with why: nothing of it is. */
int	remap_clip(const struct app *, uint64_t *first_page, uint64_t *n_pages,
	    struct strbuf *why);

#endif
