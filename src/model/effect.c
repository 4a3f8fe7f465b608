#include "config.h"

#include "pagetide/effect.h"

#include <inttypes.h>
#include <string.h>

#include "pagetide/own.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"

/* What the line shows, in this order. */
static const struct part {
	const char	*word;
	enum counter	 counter;
	enum layer	 layer;		/* LAYER_COUNT: it is of none */
	bool		 rare;		/* told only where it changed */
} part_table[] = {
	{ "cached", COUNTER_CACHED, LAYER_CACHED, false },
	{ "mapped", COUNTER_MAPPED, LAYER_MAPPED, false },
	{ "private", COUNTER_PRIVATE, LAYER_PRIVATE, true },
	{ "minor", COUNTER_MINOR, LAYER_COUNT, false },
	{ "major", COUNTER_MAJOR, LAYER_COUNT, false },
	{ "read", COUNTER_READ_BYTES, LAYER_COUNT, false },
};
#define N_PARTS (sizeof part_table / sizeof part_table[0])

void
effect_begin(struct effect *e, const struct sample *before)
{
	memset(e, 0, sizeof *e);
	e->before = before->counters;
	e->t_before_ns = before->t_ns;
	e->no_cache = before->target.anon;
	e->walking = sample_walks(before);
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
	e->walking |= sample_walks(s) || effect_touched(e);
	e->done = s->t_ns - e->t_before_ns >= window_ns;
	return e->done;
}

bool
effect_delta(const struct effect *e, enum counter c, int64_t *delta)
{
	return !e->broken && counters_change(&e->before, &e->after, c, delta);
}

/* Appends "+320", "-4" or "+1.2 MiB". */
static void
add_number(enum counter c, int64_t delta, struct strbuf *out)
{
	char buf[UNITS_MAX];

	if (c == COUNTER_READ_BYTES && delta >= 0)
		strbuf_addf(out, "+%s", units_bytes(buf, (uint64_t)delta));
	else
		strbuf_addf(out, "%+" PRId64, delta);
}

/* The same, or "?"; false if the last. */
static bool
add_delta(const struct effect *e, enum counter c, struct strbuf *out)
{
	int64_t delta;

	if (!effect_delta(e, c, &delta)) {
		strbuf_addc(out, '?');
		return false;
	}
	add_number(c, delta, out);
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

/* How well the act's own part of a number is known. */
enum own_part { OWN_NOT, OWN_RANGE, OWN_ALL };

static enum own_part
own_part(const struct own *o, const struct part *part, int64_t *own)
{
	const int64_t faults[COUNTER_COUNT] = {
		[COUNTER_MINOR] = (int64_t)o->minor,
		[COUNTER_MAJOR] = (int64_t)o->major,
		[COUNTER_READ_BYTES] = (int64_t)o->read_bytes,
	};

	*own = 0;
	if (part->layer == LAYER_COUNT) {
		*own = faults[part->counter];
		return o->faults_known ? OWN_ALL : OWN_NOT;
	}
	if (!own_change(o, part->layer, own))
		return OWN_NOT;
	return own_knows_rest(o, part->layer) && !own_reads_on(o, part->layer) ?
	    OWN_ALL : OWN_RANGE;
}

/* What it was as the act began; of one whose own part is known. */
static uint64_t
own_begin(const struct own *o, const struct part *part)
{
	const uint64_t counted[COUNTER_COUNT] = {
		[COUNTER_MINOR] = o->minor_before,
		[COUNTER_MAJOR] = o->major_before,
		[COUNTER_READ_BYTES] = o->read_before,
	};

	if (part->layer == LAYER_COUNT)
		return counted[part->counter];
	return o->before.count[part->layer] +
	    o->rest_before.count[part->layer];
}

void
effect_rebase(struct effect *e, const struct own *o, uint64_t end_ns)
{
	int64_t own;

	if (!own_counted(o))
		return;
	for (size_t i = 0; i < N_PARTS; i++) {
		const struct part *part = &part_table[i];

		if (own_part(o, part, &own) != OWN_ALL)
			continue;
		e->before.v[part->counter] = own_begin(o, part);
		e->before.known |= COUNTER_BIT(part->counter);
	}
	if (end_ns > e->t_before_ns)
		e->t_before_ns = end_ns;
}

void
effect_of_own(struct effect *e, const struct own *o)
{
	int64_t own;

	*e = (struct effect){ .done = true };
	effect_rebase(e, o, 0);
	for (size_t i = 0; i < N_PARTS; i++) {
		enum counter c = part_table[i].counter;

		own_part(o, &part_table[i], &own);
		e->after.v[c] = e->before.v[c] + (uint64_t)own;
	}
	e->after.known = e->before.known;
}

/* "with the walk" and the like, and how long it was. */
static void
add_lead(const struct effect *e, const char *lead, struct strbuf *out)
{
	char buf[UNITS_MAX];

	strbuf_addf(out, "%s, %s%s%s%s: ", lead,
	    units_span(buf, e->t_after_ns - e->t_before_ns),
	    e->cut ? " until the next act" : "",
	    e->walking ? ", with the walk" : "",
	    e->mixed ? ", with other acts" : "");
}

/* The numbers whose own part is known that well, or not at all as well. True
 * if there were any. */
static bool
add_others(const struct effect *e, const struct own *o, bool apart,
    const char *lead, struct strbuf *out)
{
	const char *between = NULL;
	bool known = true;
	int64_t delta, own;

	for (size_t i = 0; i < N_PARTS; i++) {
		const struct part *part = &part_table[i];

		if ((own_part(o, part, &own) == OWN_ALL) != apart ||
		    (part->counter == COUNTER_CACHED && e->no_cache))
			continue;
		known = effect_delta(e, part->counter, &delta);
		if (known ? delta == own : part->rare)
			continue;
		if (between == NULL)
			add_lead(e, lead, out);
		strbuf_addf(out, "%s%s ", between != NULL ? between : "",
		    part->word);
		between = "  ";
		if (known)
			add_number(part->counter, delta - own, out);
		else
			strbuf_addc(out, '?');
	}
	return between != NULL;
}

void
effect_then_text(const struct effect *e, const struct own *own,
    struct strbuf *out)
{
	const char *why = e->broken ? "a gap came between" : e->why;
	size_t from = out->len;
	struct strbuf then = STRBUF_INIT;

	add_others(e, own, false, "not told apart", out);
	if (add_others(e, own, true, "then", &then))
		strbuf_addf(out, "%s%s", out->len > from ? "  " : "", then.s);
	if (why != NULL && out->len > from && strchr(out->s + from, '?'))
		strbuf_addf(out, " (?: %s)", why);
	strbuf_done(&then);
}
