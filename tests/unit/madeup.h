/* A made-up target for tests of snapshots: whatever may change does. */
#ifndef PAGETIDE_MADEUP_H
#define PAGETIDE_MADEUP_H

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/landing.h"
#include "pagetide/snapshot.h"

#include "../../src/record/snapparts.h"

/* What a source has of it. The snapshot points into the rest. */
struct madeup {
	struct snapshot	 now;
	struct cells	 overview, zoom;
	struct landing	 land;
	bool		 lands;		/* it is wanted, too */
	char		 text[SNAPSHOT_STRINGS][48];
};

static inline uint64_t
madeup_below(uint64_t n)
{
	return (((uint64_t)random() << 31) ^ (uint64_t)random()) % n;
}

static inline bool
madeup_one_in(uint64_t n)
{
	return madeup_below(n) == 0;
}

static inline size_t
madeup_cell(const struct cells *c)
{
	return madeup_below(c->n);
}

/* Some cells in a row are measured: by one call, or by one each. */
static inline void
madeup_measure(struct cells *c, uint64_t now_ns)
{
	size_t from = madeup_cell(c), n = madeup_below(c->n) + 1;
	enum layer l = madeup_below(LAYER_COUNT);
	unsigned how = madeup_below(4);
	uint32_t count;

	for (size_t i = from; i < c->n && i < from + n; i++) {
		count = how == 0 ? 0 : how == 1 ? cells_pages(c, i) :
		    madeup_below(cells_pages(c, i) + 1);
		cells_set(c, i, l, count, now_ns);
		now_ns += how == 3 ? madeup_below(2000) : 0;
	}
}

/* A few cells here and there, some of which become unknown. */
static inline void
madeup_sprinkle(struct cells *c, uint64_t now_ns)
{
	for (unsigned n = madeup_below(20); n > 0; n--) {
		size_t i = madeup_cell(c);
		enum layer l = madeup_below(LAYER_COUNT);

		if (madeup_one_in(4))
			c->known[i] &= ~LAYER_BIT(l);
		else
			cells_set(c, i, l,
			    madeup_below(cells_pages(c, i) + 1), now_ns);
	}
}

static inline void
madeup_cells(struct cells *c, uint64_t now_ns)
{
	if (c->n == 0 || madeup_one_in(3))
		return;
	madeup_sprinkle(c, now_ns);
	if (madeup_one_in(3))
		madeup_measure(c, now_ns);
	if (madeup_one_in(20))
		cells_forget(c, (unsigned)madeup_below(LAYER_ALL + 1));
}

/* The file grows, shrinks or is gone; another part of it is looked at. */
static inline void
madeup_shapes(struct madeup *m)
{
	struct sample *s = &m->now.sample;
	uint64_t pages = s->target.pages;

	if (madeup_one_in(40) || s->overview == NULL) {
		s->target.pages = pages = madeup_below(8) * 1000;
		s->target.size_bytes = pages * 4096;
		cells_reshape(&m->overview, 0, pages, 6);
		s->overview = &m->overview;
		s->zoom = NULL;
	}
	if (madeup_one_in(300))
		s->overview = NULL;
	if (madeup_one_in(20) && pages > 0) {
		uint64_t first = madeup_below(pages) & ~UINT64_C(7);

		cells_reshape(&m->zoom, first, madeup_below(pages - first) + 1,
		    (unsigned)madeup_below(4));
		s->zoom = &m->zoom;
	} else if (madeup_one_in(20)) {
		s->zoom = NULL;
	}
}

static inline void
madeup_strings(struct madeup *m)
{
	struct snapshot_strings strings;

	snapshot_strings(&m->now, &strings);
	for (unsigned n = madeup_below(4); n > 0; n--) {
		size_t i = madeup_below(SNAPSHOT_STRINGS);

		snprintf(m->text[i], sizeof m->text[i], "%.*s%u",
		    (int)madeup_below(30),
		    "what is unknown is not in here", (unsigned)n);
		*strings.at[i] = madeup_one_in(3) ? NULL :
		    madeup_one_in(9) ? "" : m->text[i];
	}
}

/* Of what who acts knows, which has its own. */
static inline bool
madeup_is_acted(size_t at)
{
	return at >= offsetof(struct snapshot, acted.touched) &&
	    at < offsetof(struct snapshot, acted.busy_ns);
}

/* A touch, and a window of readahead now and then. */
static inline void
madeup_acted(struct acted *a)
{
	struct rawindow w = { .t_ns = madeup_below(UINT64_MAX),
		.first_page = madeup_below(1000),
		.pages = madeup_below(64),
		.trigger_page = madeup_one_in(4) ? UINT64_MAX : 7,
		.kind = madeup_below(RAWINDOW_KINDS),
		.order = (uint32_t)madeup_below(9),
		.tid = madeup_below(40000) };

	if (madeup_one_in(3))
		readahead_add(&a->readahead, &w);
	a->readahead.known = !madeup_one_in(9);
	if (!madeup_one_in(5))
		return;
	a->touched.page = madeup_below(1000);
	a->touched.ns = madeup_below(UINT64_MAX);
	a->touched.signal = madeup_one_in(9) ? 7 : 0;
	a->touched.why.by = (uint32_t)madeup_below(WHY_BYS);
	a->touched.why.path = (uint32_t)madeup_below(PATH_COUNT);
	a->touched.why.known = (uint32_t)madeup_below(UINT32_MAX);
	a->touched.why.marker_page = madeup_one_in(2) ? UINT64_MAX : 9;
}

/* Any numbers: words that hold no pointer. */
static inline void
madeup_numbers(struct madeup *m)
{
	struct snapshot_strings strings;
	unsigned char *all = (unsigned char *)&m->now;

	snapshot_strings(&m->now, &strings);
	for (unsigned n = madeup_below(12); n > 0; n--) {
		size_t at = madeup_below(SNAPSHOT_WORDS) * sizeof(uint64_t);
		uint64_t word;
		bool free = at != offsetof(struct snapshot, sample.overview) &&
		    at != offsetof(struct snapshot, sample.zoom) &&
		    at != offsetof(struct snapshot, sample.target.pages) &&
		    at != offsetof(struct snapshot, acted.landing) &&
		    !madeup_is_acted(at);

		for (size_t i = 0; i < SNAPSHOT_STRINGS; i++)
			free = free && (unsigned char *)strings.at[i] !=
			    all + at;
		if (!free)
			continue;
		memcpy(&word, all + at, sizeof word);
		word = madeup_one_in(4) ? madeup_below(UINT64_MAX) :
		    word + madeup_below(100);
		memcpy(all + at, &word, sizeof word);
	}
}

/* Some faults; now and then it begins anew, or nobody looks. */
static inline void
madeup_landing(struct madeup *m, uint64_t t_ns)
{
	struct landing *l = &m->land;

	if (l->by == LANDING_OFF || madeup_one_in(40)) {
		landing_begin(l, madeup_one_in(4) ? LANDING_BY_TABLES :
		    LANDING_BY_FAULTS, madeup_below(5000) + 1, 1);
		l->since_ns = t_ns;
	}
	for (unsigned n = madeup_below(20); n > 0; n--) {
		uint64_t page = madeup_below(l->pages);
		bool major = madeup_one_in(5);

		landing_add(l, page, major, 1, t_ns);
		landing_add_way(l, page, major, madeup_below(PATH_COUNT),
		    madeup_below(1000000) + 1);
		landing_add_site(l, page, madeup_one_in(9) ? UINT64_MAX - 5 :
		    madeup_below(40) * 16 + 1, 1);
	}
	if (madeup_one_in(9))
		snprintf(l->site[1].place, sizeof l->site[1].place, "libx+%u",
		    (unsigned)madeup_below(9));
	if (madeup_one_in(40))
		landing_done(l);
	m->now.acted.landing = madeup_one_in(9) ? NULL : l;
}

static inline void
madeup_step(struct madeup *m)
{
	struct sample *s = &m->now.sample;
	uint64_t t_ns = s->t_ns;

	madeup_numbers(m);
	madeup_acted(&m->now.acted);
	s->seq++;
	s->t_ns = t_ns + 100 * NS_PER_MS + madeup_below(NS_PER_MS);
	madeup_strings(m);
	madeup_shapes(m);
	if (m->lands)
		madeup_landing(m, s->t_ns);
	if (s->overview != NULL)
		madeup_cells(&m->overview, s->t_ns);
	if (s->zoom != NULL)
		madeup_cells(&m->zoom, s->t_ns);
}

static inline void
madeup_init(struct madeup *m, unsigned seed)
{
	srandom(seed);
	memset(m, 0, sizeof *m);
	madeup_step(m);
}

static inline void
madeup_done(struct madeup *m)
{
	cells_done(&m->overview);
	cells_done(&m->zoom);
	landing_done(&m->land);
}

#endif
