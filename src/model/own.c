#include "config.h"

#include "pagetide/own.h"

#include <inttypes.h>

#include "pagetide/strbuf.h"
#include "pagetide/units.h"

/* What is told of the range, in this order. */
static const struct part {
	enum layer	layer;
	bool		rare;		/* told only where there was any */
} part_table[] = {
	{ LAYER_MAPPED, false },
	{ LAYER_CACHED, false },
	{ LAYER_PRIVATE, true },
	{ LAYER_DIRTY, true },
	{ LAYER_WRITEBACK, true },
};
#define N_PARTS (sizeof part_table / sizeof part_table[0])

bool
own_knows(const struct own *o, enum layer l)
{
	return (o->before.known & o->after.known & LAYER_BIT(l)) != 0;
}

bool
own_knows_rest(const struct own *o, enum layer l)
{
	return (o->rest_before.known & o->rest_after.known &
	    LAYER_BIT(l)) != 0;
}

bool
own_reads_on(const struct own *o, enum layer l)
{
	return l == LAYER_CACHED && !own_knows(o, LAYER_DIRTY) &&
	    (!o->faults_known || o->read_bytes > 0);
}

void
own_forget_late(struct own *o)
{
	struct layer_pages *after[] = { &o->after, &o->rest_after };
	int64_t delta;

	if (own_knows(o, LAYER_DIRTY) ||
	    !own_change(o, LAYER_CACHED, &delta) || delta == 0)
		return;
	for (size_t i = 0; i < 2; i++)
		after[i]->known &= ~LAYER_BIT(LAYER_CACHED);
}

bool
own_counted(const struct own *o)
{
	return o->asked && (o->before.known & o->after.known) != 0;
}

static int64_t
rest_change(const struct own *o, enum layer l)
{
	return own_knows_rest(o, l) ?
	    (int64_t)(o->rest_after.count[l] - o->rest_before.count[l]) : 0;
}

bool
own_change(const struct own *o, enum layer l, int64_t *delta)
{
	if (!own_knows(o, l))
		return false;
	*delta = (int64_t)(o->after.count[l] - o->before.count[l]) +
	    rest_change(o, l);
	return true;
}

static bool
is_told(const struct own *o, const struct part *part, bool no_cache)
{
	enum layer l = part->layer;

	if (l != LAYER_MAPPED && l != LAYER_PRIVATE && no_cache)
		return false;
	return !part->rare || (own_knows(o, l) &&
	    (o->before.count[l] != 0 || o->after.count[l] != 0));
}

/* "mapped 16384 -> 0", "cached 16384 =", "dirty ?" */
static void
add_range(const struct own *o, enum layer l, struct strbuf *out)
{
	uint64_t before = o->before.count[l], after = o->after.count[l];
	const char *name = layer_table[l].name;

	if (!own_knows(o, l))
		strbuf_addf(out, "%s ?", name);
	else if (before == after)
		strbuf_addf(out, "%s %" PRIu64 " =", name, before);
	else
		strbuf_addf(out, "%s %" PRIu64 " -> %" PRIu64, name, before,
		    after);
}

static void
add_faults(const struct own *o, struct strbuf *out)
{
	char buf[UNITS_MAX];

	if (!o->faults_known)
		return;
	if (o->minor > 0)
		strbuf_addf(out, "  minor +%" PRIu64, o->minor);
	if (o->major > 0)
		strbuf_addf(out, "  major +%" PRIu64, o->major);
	if (o->read_bytes > 0)
		strbuf_addf(out, "  read +%s", units_bytes(buf,
		    o->read_bytes));
}

/* "  beside it mapped +12" */
static void
add_rest(const struct own *o, bool no_cache, struct strbuf *out)
{
	const char *lead = "  beside it";
	int64_t delta;

	for (size_t i = 0; i < N_PARTS; i++) {
		delta = rest_change(o, part_table[i].layer);
		if (delta == 0 || (no_cache &&
		    part_table[i].layer == LAYER_CACHED))
			continue;
		strbuf_addf(out, "%s %s %+" PRId64, lead,
		    layer_table[part_table[i].layer].name, delta);
		lead = ",";
	}
}

static void
add_arrival(const struct own *o, struct strbuf *out)
{
	char buf[UNITS_MAX];

	switch ((enum own_arrival)o->arrival) {
	case OWN_ARRIVAL_UNKNOWN:
		break;
	case OWN_ARRIVAL_UNDER_WAY:
		strbuf_addf(out, "  %" PRIu64 " on their way", o->in_flight);
		break;
	case OWN_ARRIVAL_THERE:
		strbuf_adds(out, "  all there at its return");
		break;
	case OWN_ARRIVAL_LAST:
		strbuf_addf(out, "  last page arrived after %s",
		    units_duration(buf, o->arrived_ns));
		break;
	case OWN_ARRIVAL_LATE:
		strbuf_addf(out, "  %" PRIu64 " not there after 1 s",
		    o->in_flight);
		break;
	case OWN_ARRIVAL_CUT:
		strbuf_adds(out, "  last page not seen: the next act");
	}
}

void
own_text(const struct own *o, bool no_cache, struct strbuf *out)
{
	const char *between = "";

	if (!o->asked)
		return;
	for (size_t i = 0; own_counted(o) && i < N_PARTS; i++) {
		if (!is_told(o, &part_table[i], no_cache))
			continue;
		strbuf_adds(out, between);
		add_range(o, part_table[i].layer, out);
		between = "  ";
	}
	if (!own_counted(o))
		strbuf_adds(out, "not counted");
	add_faults(o, out);
	add_rest(o, no_cache, out);
	add_arrival(o, out);
}
