#include "config.h"

#include "pagetide/compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/latency.h"
#include "pagetide/xalloc.h"

/* Touches of a walk by chance that are gone through: some milliseconds. */
#define CHANCE_TOUCHES_MAX	(UINT64_C(1) << 20)
#define CHANCE_PAGES_MAX	(UINT64_C(1) << 26)

const struct compare_measure_info compare_table[COMPARE_COUNT] = {
	[COMPARE_TOUCHES] = { "touches", "touches", BEST_NONE, false },
	[COMPARE_MAJOR] = { "major faults", "major", BEST_LEAST, true },
	[COMPARE_MINOR] = { "minor faults", "minor", BEST_NONE, true },
	[COMPARE_READ_BYTES] = { "read from storage", "read",
	    BEST_LEAST, true },
	[COMPARE_PER_TOUCH] = { "pages read / touch", "pages/touch",
	    BEST_LEAST, false },
	[COMPARE_WALK_NS] = { "time of the walk", "time", BEST_LEAST, true },
	[COMPARE_USED] = { "used of what was read", "used of it",
	    BEST_MOST, false },
	[COMPARE_P99_NS] = { "99 % of touches", "99 % take", BEST_LEAST, false },
};

struct compare *
compare_new(void)
{
	struct compare *c = xcalloc(1, sizeof *c);
	unsigned i;

	c->running = -1;
	for (i = 0; i < COMPARE_COLUMNS; i++)
		snapshot_init(&c->column[i].picture);
	return c;
}

void
compare_clear(struct compare *c, unsigned i)
{
	struct compare_column *col = &c->column[i];

	snapshot_done(&col->picture);
	*col = (struct compare_column){ .there = false };
	snapshot_init(&col->picture);
}

void
compare_free(struct compare *c)
{
	unsigned i;

	for (i = 0; c != NULL && i < COMPARE_COLUMNS; i++)
		snapshot_done(&c->column[i].picture);
	free(c);
}

unsigned
compare_kept(const struct compare *c)
{
	unsigned i, n = 0;

	for (i = 0; i < COMPARE_COLUMNS; i++)
		n += c->column[i].there;
	return n;
}

/* The same by chance: touch by touch, as the worker did. */
static bool
distinct_by_chance(const struct pattern_spec *spec, uint64_t touches,
    uint64_t *pages)
{
	struct pattern walk;
	uint64_t n, page, found = 0;
	unsigned char *seen;

	if (touches > CHANCE_TOUCHES_MAX || spec->n_pages > CHANCE_PAGES_MAX ||
	    pattern_start(&walk, spec) != 0)
		return false;
	seen = xcalloc(spec->n_pages / 8 + 1, 1);
	for (n = 0; n < touches && pattern_next(&walk, &page); n++) {
		uint64_t at = page - spec->first_page;
		unsigned char bit = (unsigned char)(1u << at % 8);

		found += (seen[at / 8] & bit) == 0;
		seen[at / 8] |= bit;
	}
	free(seen);
	*pages = found;
	return n == touches;
}

bool
compare_distinct(const struct pattern_spec *spec, uint64_t touches,
    uint64_t *pages)
{
	uint64_t pass;

	if (spec->n_pages == 0)
		return false;
	if (spec->kind == PATTERN_RANDOM || spec->kind == PATTERN_HOTSPOT)
		return distinct_by_chance(spec, touches, pages);
	/* All others touch a page once a pass. */
	pass = pattern_pass_touches(spec);
	*pages = touches < pass ? touches : pass;
	return true;
}

static void
set(struct compare_column *col, enum compare_measure m, uint64_t value)
{
	col->value[m] = value;
	col->known |= 1u << m;
}

/* What counters changed by from the base to the picture. */
static void
take_counters(struct compare_column *col, const struct counters *base)
{
	static const struct { enum compare_measure m; enum counter c; } row[] = {
		{ COMPARE_TOUCHES, COUNTER_TOUCHES },
		{ COMPARE_MAJOR, COUNTER_MAJOR },
		{ COMPARE_MINOR, COUNTER_MINOR },
		{ COMPARE_READ_BYTES, COUNTER_READ_BYTES },
	};
	int64_t change;
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (counters_change(base, &col->picture.sample.counters,
		    row[i].c, &change))
			set(col, row[i].m, (uint64_t)change);
}

/* 99 % of the touches of the last walk, whatever they met. */
static void
take_p99(struct compare_column *col)
{
	const struct worker_facts *w = &col->picture.sample.worker;
	struct latency all = { 0 };
	unsigned k, b;
	uint64_t ns;

	for (k = 0; k < LATENCY_KINDS; k++)
		for (b = 0; b < LATENCY_BUCKETS; b++)
			all.count[0][b] += w->latency.count[k][b];
	if (w->latency_known && latency_bound(&all, 0, 990, &ns))
		set(col, COMPARE_P99_NS, ns);
}

/* What is known of one walk from an empty cache on. Where pages were left in
 * it, or are not stored, what it touched need not have been read. */
static void
take_walk(struct compare_column *col, const struct compare_since *since)
{
	uint64_t page_bytes = col->picture.sample.target.page_bytes;
	uint64_t read, distinct;

	if (since->walks != 1 || !since->walk_over)
		return;
	set(col, COMPARE_WALK_NS, since->walk_ns);
	take_p99(col);
	if (!since->evicted || !since->stayed_known ||
	    since->stayed_pages != 0 || page_bytes == 0 ||
	    !compare_value(col, COMPARE_READ_BYTES, &read) ||
	    !compare_distinct(&since->walk, since->walk_touches, &distinct) ||
	    read / page_bytes < distinct || distinct == 0)
		return;
	set(col, COMPARE_USED, distinct * 10000 / (read / page_bytes));
}

void
compare_keep(struct compare *c, unsigned i, const struct snapshot *picture,
    const struct compare_since *since)
{
	struct compare_column *col = &c->column[i];
	uint64_t page_bytes = picture->sample.target.page_bytes;
	uint64_t touches, read;

	compare_clear(c, i);
	snapshot_copy(&col->picture, picture);
	col->there = true;
	col->evicted = since->evicted;
	col->stayed_known = since->stayed_known;
	col->stayed_pages = since->stayed_pages;
	take_counters(col, &since->base);
	take_walk(col, since);
	if (page_bytes > 0 && compare_value(col, COMPARE_TOUCHES, &touches) &&
	    compare_value(col, COMPARE_READ_BYTES, &read) && touches > 0)
		set(col, COMPARE_PER_TOUCH,
		    read / page_bytes * 100 / touches);
}

bool
compare_value(const struct compare_column *col, enum compare_measure m,
    uint64_t *value)
{
	if (!col->there || (col->known & 1u << m) == 0)
		return false;
	*value = col->value[m];
	return true;
}

/* "251", "7.5", "1": hundredths, three digits at most below 1000. */
static void
text_of_hundredths(char buf[UNITS_MAX], uint64_t v)
{
	if (v < 1000 && v % 100 != 0)
		snprintf(buf, UNITS_MAX, "%" PRIu64 ".%02" PRIu64, v / 100,
		    v % 100);
	else if (v < 10000 && v % 100 != 0)
		snprintf(buf, UNITS_MAX, "%" PRIu64 ".%" PRIu64, v / 100,
		    v % 100 / 10);
	else
		snprintf(buf, UNITS_MAX, "%" PRIu64, v / 100);
}

char *
compare_text(char buf[UNITS_MAX], const struct compare_column *col,
    enum compare_measure m)
{
	char ns[UNITS_MAX];
	uint64_t v;

	if (!compare_value(col, m, &v))
		snprintf(buf, UNITS_MAX, "?");
	else if (m == COMPARE_READ_BYTES)
		units_bytes(buf, v);
	else if (m == COMPARE_PER_TOUCH)
		text_of_hundredths(buf, v);
	else if (m == COMPARE_WALK_NS)
		units_duration(buf, v);
	else if (m == COMPARE_P99_NS)
		snprintf(buf, UNITS_MAX, "<= %.20s", units_duration(ns, v));
	else if (m == COMPARE_USED)
		units_percent(buf, v, 10000);
	else
		snprintf(buf, UNITS_MAX, "%" PRIu64, v);
	return buf;
}

uint64_t
compare_most(const struct compare *c, enum compare_measure m)
{
	uint64_t v, most = 0;
	unsigned i;

	for (i = 0; i < COMPARE_COLUMNS; i++)
		if (compare_value(&c->column[i], m, &v) && v > most)
			most = v;
	return most;
}

/* Columns with the least and with the most of a row, the first of several.
 * False: one is not known, there are less than two, or all are the same. */
static bool
ends(const struct compare *c, enum compare_measure m, unsigned *least,
    unsigned *most)
{
	uint64_t v, low = 0, high = 0;
	unsigned i, n = 0;

	for (i = 0; i < COMPARE_COLUMNS; i++) {
		if (!c->column[i].there)
			continue;
		if (!compare_value(&c->column[i], m, &v))
			return false;
		if (n == 0 || v < low) {
			low = v;
			*least = i;
		}
		if (n == 0 || v > high) {
			high = v;
			*most = i;
		}
		n++;
	}
	return n > 1 && low < high;
}

bool
compare_is_best(const struct compare *c, unsigned i, enum compare_measure m)
{
	unsigned least, most, best;

	if (compare_table[m].best == BEST_NONE || !c->column[i].there ||
	    !ends(c, m, &least, &most))
		return false;
	best = compare_table[m].best == BEST_LEAST ? least : most;
	return c->column[i].value[m] == c->column[best].value[m];
}

/* Did all make the same number of touches, and some? */
static bool
same_touches(const struct compare *c, uint64_t *touches)
{
	uint64_t v, first = 0;
	unsigned i, n = 0;

	for (i = 0; i < COMPARE_COLUMNS; i++) {
		if (!c->column[i].there)
			continue;
		if (!compare_value(&c->column[i], COMPARE_TOUCHES, &v) ||
		    (n > 0 && v != first))
			return false;
		first = v;
		n++;
	}
	*touches = first;
	return n > 1 && first > 0;
}

/* ", and took 7.1 ms where A took 18.2 ms". Returns buf. */
static const char *
times(char *buf, size_t size, const struct compare *c, unsigned one,
    unsigned other)
{
	char a[UNITS_MAX], b[UNITS_MAX];
	uint64_t v;

	buf[0] = '\0';
	compare_text(a, &c->column[one], COMPARE_WALK_NS);
	compare_text(b, &c->column[other], COMPARE_WALK_NS);
	if (compare_value(&c->column[one], COMPARE_WALK_NS, &v) &&
	    compare_value(&c->column[other], COMPARE_WALK_NS, &v) &&
	    strcmp(a, b) != 0)
		snprintf(buf, size, ", and took %s where %c took %s", a,
		    'A' + (int)other, b);
	return buf;
}

void
compare_verdict(const struct compare *c, char *buf, unsigned size)
{
	char took[96], touched[UNITS_MAX], factor[UNITS_MAX], read[UNITS_MAX];
	uint64_t low, high, touches;
	unsigned least, most;

	buf[0] = '\0';
	if (!same_touches(c, &touches))
		return;
	units_count(touched, touches, "touch");
	if (!ends(c, COMPARE_READ_BYTES, &least, &most)) {
		if (compare_value(&c->column[0], COMPARE_READ_BYTES, &low) &&
		    compare_most(c, COMPARE_READ_BYTES) == low)
			snprintf(buf, size, "All read the same, %s, for the "
			    "same %s.", units_bytes(read, low), touched);
		return;
	}
	low = c->column[least].value[COMPARE_READ_BYTES];
	high = c->column[most].value[COMPARE_READ_BYTES];
	if (low == 0) {
		snprintf(buf, size, "%c read nothing where %c read %s for the "
		    "same %s%s.", 'A' + (int)least, 'A' + (int)most,
		    units_bytes(read, high), touched,
		    times(took, sizeof took, c, least, most));
		return;
	}
	text_of_hundredths(factor, high > UINT64_MAX / 100 ?
	    high / low * 100 : high * 100 / low);
	snprintf(buf, size, "%c read %s times as much as %c for the same "
	    "%s%s.", 'A' + (int)most, factor, 'A' + (int)least, touched,
	    times(took, sizeof took, c, most, least));
}
