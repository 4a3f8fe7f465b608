#include "config.h"

#include "pagetide/effect.h"

#include <inttypes.h>
#include <string.h>

#include "pagetide/strbuf.h"
#include "pagetide/units.h"

/* What the line tells, in this order. */
static const struct part {
	const char	*word;
	enum counter	 counter;
	bool		 rare;		/* told only where it changed */
} part_table[] = {
	{ "cached", COUNTER_CACHED, false },
	{ "mapped", COUNTER_MAPPED, false },
	{ "private", COUNTER_PRIVATE, true },
	{ "minor", COUNTER_MINOR, false },
	{ "major", COUNTER_MAJOR, false },
	{ "read", COUNTER_READ_BYTES, false },
};
#define N_PARTS (sizeof part_table / sizeof part_table[0])

void
effect_begin(struct effect *e, const struct sample *before)
{
	memset(e, 0, sizeof *e);
	e->before = before->counters;
	e->t_before_ns = before->t_ns;
	e->no_cache = before->target.anon;
	e->walking = before->worker.running;
}

/* Was anything touched, even if no sample saw the walk running? */
static bool
effect_touched(const struct effect *e)
{
	int64_t touches;

	return effect_delta(e, COUNTER_TOUCHES, &touches) && touches > 0;
}

bool
effect_feed(struct effect *e, const struct sample *s, uint64_t window_ns)
{
	if (e->done || s->t_ns <= e->t_before_ns)
		return false;
	e->after = s->counters;
	e->t_after_ns = s->t_ns;
	e->broken |= s->gap;
	e->walking |= s->worker.running || effect_touched(e);
	e->done = s->t_ns - e->t_before_ns >= window_ns;
	return e->done;
}

bool
effect_delta(const struct effect *e, enum counter c, int64_t *delta)
{
	int64_t change;

	if (e->broken || !(e->before.known & e->after.known & COUNTER_BIT(c)))
		return false;
	change = e->after.v[c] - e->before.v[c];
	if (change < 0 && !counter_table[c].gauge)
		return false;
	*delta = change;
	return true;
}

/* Appends "+320", "-4", "+1.2 MiB" or "?"; false if the last. */
static bool
add_delta(const struct effect *e, enum counter c, struct strbuf *out)
{
	char buf[UNITS_MAX];
	int64_t delta;

	if (!effect_delta(e, c, &delta)) {
		strbuf_addc(out, '?');
		return false;
	}
	if (c == COUNTER_READ_BYTES)
		strbuf_addf(out, "+%s", units_bytes(buf, delta));
	else
		strbuf_addf(out, "%+" PRId64, delta);
	return true;
}

static bool
is_told(const struct effect *e, const struct part *part)
{
	int64_t delta;

	if (part->counter == COUNTER_CACHED && e->no_cache)
		return false;
	return !part->rare || (effect_delta(e, part->counter, &delta) &&
	    delta != 0);
}

void
effect_text(const struct effect *e, struct strbuf *out)
{
	char buf[UNITS_MAX];
	const char *why = e->broken ? "a gap came between" : e->why;
	const char *between = "";
	bool all_known = true;
	size_t i;

	for (i = 0; i < N_PARTS; i++) {
		if (!is_told(e, &part_table[i]))
			continue;
		strbuf_addf(out, "%s%s ", between, part_table[i].word);
		all_known &= add_delta(e, part_table[i].counter, out);
		between = "  ";
	}
	if (!all_known && why != NULL)
		strbuf_addf(out, " (?: %s)", why);
	if (e->walking)
		strbuf_adds(out, " (walk running)");
	if (e->mixed)
		strbuf_adds(out, " (other acts too)");
	if (e->cut)
		strbuf_addf(out, " (in %s, then the next act)",
		    units_duration(buf, e->t_after_ns - e->t_before_ns));
}
