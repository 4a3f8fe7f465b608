#include "config.h"

#include "pagetide/changes.h"

#include <stdlib.h>

#include "pagetide/xalloc.h"

/* The last change of a cell. */
struct mark {
	enum change	kind;
	uint64_t	at_ns;
};

struct changes {
	struct cells	 prev;		/* as fed last */
	struct mark	*marks;		/* one a cell of prev */
	size_t		 cap;		/* marks allocated */
	bool		 any;		/* a mark was set since the geometry
					   came; the newest at newest_ns */
	uint64_t	 newest_ns;
	uint64_t	 busy_ns;	/* the worker was at work last before
					   this moment */
};

struct changes *
changes_new(void)
{
	struct changes *c = xcalloc(1, sizeof *c);

	cells_init(&c->prev);
	return c;
}

void
changes_free(struct changes *c)
{
	if (c == NULL)
		return;
	cells_done(&c->prev);
	free(c->marks);
	free(c);
}

/* Takes the geometry of shown, with no marks. */
static void
start_anew(struct changes *c, const struct cells *shown)
{
	size_t i;

	if (shown->n > c->cap) {
		c->marks = xreallocarray(c->marks, shown->n, sizeof *c->marks);
		c->cap = shown->n;
	}
	for (i = 0; i < shown->n; i++)
		c->marks[i] = (struct mark){ CHANGE_NONE, 0 };
	c->any = false;
}

/* Net change of a layer of cell i; 0 where it can't be known. */
static int64_t
net(const struct cells *before, const struct cells *after, size_t i,
    enum layer l)
{
	if (!cells_known(before, i, l) || !cells_known(after, i, l))
		return 0;
	return (int64_t)after->count[l][i] - before->count[l][i];
}

/* Compares one cell; what the cache did goes before what the PTEs did. */
static void
compare(struct changes *c, const struct cells *shown, size_t i,
    uint64_t now_ns)
{
	int64_t delta = net(&c->prev, shown, i, LAYER_CACHED);
	/*
	 * The cell was measured somewhat before it was fed: only if that was
	 * after the worker's last act can the change be nobody's of ours.
	 */
	bool outside = c->prev.stamp_ns[i] >= c->busy_ns;

	if (delta == 0)
		delta = net(&c->prev, shown, i, LAYER_MAPPED);
	if (delta == 0)
		return;
	c->marks[i].at_ns = now_ns;
	if (delta > 0)
		c->marks[i].kind = outside ? CHANGE_CAME_OUTSIDE : CHANGE_CAME;
	else
		c->marks[i].kind = outside ? CHANGE_WENT_OUTSIDE : CHANGE_WENT;
	c->any = true;
	c->newest_ns = now_ns;
}

void
changes_feed(struct changes *c, const struct cells *shown, bool worker_quiet,
    uint64_t now_ns)
{
	size_t i;

	if (!worker_quiet)
		changes_busy(c, now_ns);
	if (!cells_same_shape(&c->prev, shown))
		start_anew(c, shown);
	else
		for (i = 0; i < shown->n; i++)
			compare(c, shown, i, now_ns);
	cells_copy(&c->prev, shown);
}

/* Time since then; a moment not yet come counts as now. */
static uint64_t
age(uint64_t then_ns, uint64_t now_ns)
{
	return now_ns > then_ns ? now_ns - then_ns : 0;
}

enum change
changes_at(const struct changes *c, size_t i, uint64_t now_ns,
    uint64_t fade_ns, int steps, int *step)
{
	const struct mark *m;
	uint64_t age_ns;

	*step = 0;
	if (i >= c->prev.n)
		return CHANGE_UNKNOWN;
	m = &c->marks[i];
	age_ns = age(m->at_ns, now_ns);
	if (m->kind != CHANGE_NONE && age_ns < fade_ns) {
		*step = age_ns * steps / fade_ns;
		return m->kind;
	}
	return cells_known(&c->prev, i, LAYER_CACHED) ? CHANGE_NONE :
	    CHANGE_UNKNOWN;
}

bool
changes_are_of(const struct changes *c, const struct cells *shown)
{
	return cells_same_shape(&c->prev, shown);
}

void
changes_busy(struct changes *c, uint64_t now_ns)
{
	c->busy_ns = now_ns;
}

bool
changes_fading(const struct changes *c, uint64_t now_ns, uint64_t fade_ns)
{
	return c->any && age(c->newest_ns, now_ns) < fade_ns;
}
