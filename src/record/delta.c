#include "config.h"

#include "delta.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/xalloc.h"

#include "landdelta.h"
#include "snapparts.h"

/* What follows for a grid. */
enum grid_kind { GRID_NONE, GRID_AS_BEFORE, GRID_NEW };

/* Lists of a grid are headed by the number of a layer, or by one of these. */
enum { LIST_KNOWN = LAYER_COUNT, LIST_STAMPS, LIST_END };

/* Words: how many are skipped, how much the next one changed; 0 ends. */
static void
put_words(struct strbuf *b, const struct snapshot *from,
    const struct snapshot *to)
{
	struct snapshot_words old, new;
	size_t i, next = 0;

	snapshot_words(from, &old);
	snapshot_words(to, &new);
	for (i = 0; i < SNAPSHOT_WORDS; i++) {
		if (new.v[i] == old.v[i])
			continue;
		packed_number(b, i - next + 1);
		packed_number(b, packed_sign(new.v[i] - old.v[i]));
		next = i + 1;
	}
	packed_number(b, 0);
}

/* Nothing that s points to is touched: it does no longer from here on. */
static void
take_words(struct unpack *u, struct snapshot *s)
{
	struct snapshot_words words;
	uint64_t skip;
	size_t i = 0;

	snapshot_words(s, &words);
	while ((skip = unpack_number(u)) != 0 &&
	    skip <= SNAPSHOT_WORDS - i) {
		i += skip;
		words.v[i - 1] += unpacked_sign(unpack_number(u));
	}
	memcpy(s, &words, sizeof words);
}

/* Strings that are others now: number (from 1), length with the NUL, or 0 for
 * none, and the string; 0 ends. */
static void
put_strings(struct strbuf *b, const struct snapshot *from,
    const struct snapshot *to)
{
	struct snapshot_strings old, new;
	const char *was, *is;
	size_t i, len;

	/* Only read through. */
	snapshot_strings((struct snapshot *)from, &old);
	snapshot_strings((struct snapshot *)to, &new);
	for (i = 0; i < SNAPSHOT_STRINGS; i++) {
		was = *old.at[i];
		is = *new.at[i];
		if (was == is || (was != NULL && is != NULL &&
		    strcmp(was, is) == 0))
			continue;
		len = is != NULL ? strlen(is) + 1 : 0;
		packed_number(b, i + 1);
		packed_number(b, len);
		strbuf_add(b, is, len);
	}
	packed_number(b, 0);
}

/* Where s points to its strings: old has where it did before. */
static void
take_strings(struct unpack *u, struct snapshot *s, const char *const *old)
{
	struct snapshot_strings strings;
	bool changed = false;
	uint64_t i, len;

	snapshot_strings(s, &strings);
	for (i = 0; i < SNAPSHOT_STRINGS; i++)
		*strings.at[i] = old[i];
	while ((i = unpack_number(u)) != 0 && i <= SNAPSHOT_STRINGS) {
		len = unpack_number(u);
		*strings.at[i - 1] = len > 0 ? (const char *)u->at : NULL;
		u->at += len;
		changed = true;
	}
	if (changed)
		snapshot_own_strings(s);
}

/* Layers known anywhere. */
static unsigned
layers_of(const struct cells *c)
{
	unsigned layers = 0;
	size_t i;

	for (i = 0; i < c->n; i++)
		layers |= c->known[i];
	return layers;
}

/* 0 where it is not known, whatever is kept there. */
static uint64_t
count_of(const struct cells *c, size_t i, int l)
{
	return cells_known(c, i, l) ? c->count[l][i] : 0;
}

/* How the counts of a layer changed: false if they did not. */
static bool
differ_counts(uint64_t *v, const struct cells *from, const struct cells *to,
    int l)
{
	uint64_t any = 0;
	size_t i;

	for (i = 0; i < to->n; i++) {
		v[i] = packed_sign(count_of(to, i, l) -
		    (from != NULL ? count_of(from, i, l) : 0));
		any |= v[i];
	}
	return any != 0;
}

static bool
differ_known(uint64_t *v, const struct cells *from, const struct cells *to)
{
	uint64_t any = 0;
	size_t i;

	for (i = 0; i < to->n; i++) {
		v[i] = to->known[i] ^ (from != NULL ? from->known[i] : 0u);
		any |= v[i];
	}
	return any != 0;
}

/*
 * Stamps that are others now: each from the one before it, which is the same
 * where one call measured both, and 1 more than that; 0 for those that stay.
 */
static bool
differ_stamps(uint64_t *v, const struct cells *from, const struct cells *to,
    uint64_t t_ns)
{
	uint64_t any = 0, last_ns = t_ns;
	size_t i;

	for (i = 0; i < to->n; i++) {
		v[i] = 0;
		if (to->stamp_ns[i] == (from != NULL ? from->stamp_ns[i] : 0))
			continue;
		v[i] = packed_sign(to->stamp_ns[i] - last_ns) + 1;
		last_ns = to->stamp_ns[i];
		any = 1;
	}
	return any != 0;
}

static void
put_list(struct strbuf *b, int list, const uint64_t *v, size_t n)
{
	packed_number(b, (uint64_t)list);
	packed_list(b, v, n);
}

/* Are the counts the same without looking at what is known? */
static bool
is_same_layer(const struct cells *from, const struct cells *to, int l)
{
	return from != NULL && memcmp(from->count[l], to->count[l],
	    to->n * sizeof *to->count[l]) == 0;
}

/* from has the same shape, or is NULL: then nothing was known. */
static void
put_lists(struct strbuf *b, const struct cells *from, const struct cells *to,
    uint64_t t_ns)
{
	uint64_t *v = xreallocarray(NULL, to->n, sizeof *v);
	unsigned layers = layers_of(to) | (from != NULL ? layers_of(from) : 0);
	bool knows = differ_known(v, from, to);
	int l;

	if (knows)
		put_list(b, LIST_KNOWN, v, to->n);
	for (l = 0; l < LAYER_COUNT; l++) {
		if ((layers & LAYER_BIT(l)) == 0 ||
		    (!knows && is_same_layer(from, to, l)))
			continue;
		if (differ_counts(v, from, to, l))
			put_list(b, l, v, to->n);
	}
	if (differ_stamps(v, from, to, t_ns))
		put_list(b, LIST_STAMPS, v, to->n);
	free(v);
}

static void
put_grid(struct strbuf *b, const struct cells *from, const struct cells *to,
    uint64_t t_ns)
{
	bool same;

	if (to == NULL) {
		packed_number(b, GRID_NONE);
		return;
	}
	same = from != NULL && cells_same_shape(from, to);
	packed_number(b, same ? GRID_AS_BEFORE : GRID_NEW);
	if (!same) {
		packed_number(b, to->first_page);
		packed_number(b, to->pages);
		packed_number(b, to->shift);
	}
	if (to->n > 0)
		put_lists(b, same ? from : NULL, to, t_ns);
	packed_number(b, LIST_END);
}

/* All is unknown, and 0 is kept for it. */
static void
take_shape(struct unpack *u, struct cells *grid)
{
	uint64_t first_page = unpack_number(u), pages = unpack_number(u);
	int l;

	cells_reshape(grid, first_page, pages, (unsigned)unpack_number(u));
	for (l = 0; grid->n > 0 && l < LAYER_COUNT; l++)
		memset(grid->count[l], 0, grid->n * sizeof *grid->count[l]);
}

static void
take_stamps(struct cells *grid, const uint64_t *v, uint64_t t_ns)
{
	uint64_t last_ns = t_ns;
	size_t i;

	for (i = 0; i < grid->n; i++)
		if (v[i] != 0)
			grid->stamp_ns[i] = last_ns +=
			    unpacked_sign(v[i] - 1);
}

static void
take_list(struct cells *grid, uint64_t list, const uint64_t *v, uint64_t t_ns)
{
	size_t i;

	if (list == LIST_STAMPS)
		take_stamps(grid, v, t_ns);
	else if (list == LIST_KNOWN)
		for (i = 0; i < grid->n; i++)
			grid->known[i] ^= v[i];
	else
		for (i = 0; i < grid->n; i++)
			grid->count[list][i] += unpacked_sign(v[i]);
}

/* The grid that the sample has now: own, or none. */
static const struct cells *
take_grid(struct unpack *u, struct cells *own, uint64_t t_ns)
{
	uint64_t kind = unpack_number(u), list, *v;

	if (kind == GRID_NONE)
		return NULL;
	if (kind == GRID_NEW)
		take_shape(u, own);
	v = own->n > 0 ? xreallocarray(NULL, own->n, sizeof *v) : NULL;
	while ((list = unpack_number(u)) < LIST_END) {
		unpack_list(u, v, own->n);
		take_list(own, list, v, t_ns);
	}
	free(v);
	return own;
}

void
delta_put(struct strbuf *b, const struct snapshot *from,
    const struct snapshot *to)
{
	uint64_t t_ns = to->sample.t_ns;

	put_words(b, from, to);
	put_strings(b, from, to);
	put_grid(b, from->sample.overview, to->sample.overview, t_ns);
	put_grid(b, from->sample.zoom, to->sample.zoom, t_ns);
	landdelta_put(b, from->acted.landing, to->acted.landing);
}

void
delta_take(struct unpack *u, struct snapshot *s)
{
	bool landed = s->acted.landing != NULL;
	struct snapshot_strings strings;
	const char *old[SNAPSHOT_STRINGS];
	size_t i;

	snapshot_strings(s, &strings);
	for (i = 0; i < SNAPSHOT_STRINGS; i++)
		old[i] = *strings.at[i];
	take_words(u, s);
	take_strings(u, s, old);
	s->sample.overview = take_grid(u, &s->overview, s->sample.t_ns);
	s->sample.zoom = take_grid(u, &s->zoom, s->sample.t_ns);
	s->acted.landing = landdelta_take(u, &s->landing, landed);
}
