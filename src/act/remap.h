/* Which mapping the worker is to make, and what of a range lies in it. */
#ifndef PAGETIDE_REMAP_H
#define PAGETIDE_REMAP_H

#include <stdbool.h>
#include <stdint.h>

struct act;
struct map_spec;
struct order;
struct report;
struct strbuf;

/* mapplan.c */
/* The order that maps the target as it is now like that. 0 or -EINVAL with
 * why. */
int	remap_order(const struct act *, const struct map_spec *,
	    struct order *, struct strbuf *why);
/* Would the mapping that was asked for last be larger by now? */
bool	remap_is_due(const struct act *);
/* Cuts a range to the part of the target that was asked to be mapped. 0, or
 * -EINVAL with why: nothing of it is. */
int	remap_clip(const struct act *, uint64_t *first_page, uint64_t *n_pages,
	    struct strbuf *why);

/* The first mapping of an actor. 0, -errno with why, or 1: it is none of the
 * usual ones, and spec is to be mapped as an act. */
int	remap_first(struct act *, struct map_spec *spec, struct strbuf *why);
/* The file grew since it was mapped, and the acts to come need all of it. 0
 * or -errno with why. */
int	remap_if_grown(struct act *, struct strbuf *why);
/* An order of nothing: what is to come waits until it is answered, so that the
 * actor's own start counts for nobody. 0 or -errno with why. */
int	remap_greet(struct act *, struct strbuf *why);
/* The acts to come are on what that ORDER_MAP makes. */
void	remap_note(struct act *, const struct order *);
/* The actor has answered the order to map, or the greeting before it. */
void	remap_answered(struct act *, const struct report *);

#endif
