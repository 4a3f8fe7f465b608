#include "config.h"

#include "pagetide/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "pagetide/landing.h"
#include "pagetide/xalloc.h"

#include "snapparts.h"

_Static_assert(offsetof(struct snapshot, overview) % sizeof(uint64_t) == 0,
    "a snapshot is made of words");

void
snapshot_init(struct snapshot *s)
{
	memset(s, 0, sizeof *s);
}

void
snapshot_done(struct snapshot *s)
{
	cells_done(&s->overview);
	cells_done(&s->zoom);
	if (s->landing != NULL)
		landing_done(s->landing);
	free(s->landing);
	free(s->strings);
	snapshot_init(s);
}

static size_t
said_strings(struct diagnosis *d, const char ***at)
{
	size_t n = 0;
	unsigned i;

	for (i = 0; i < DIAGNOSIS_GROUPS; i++) {
		at[n++] = &d->item[i].rule;
		at[n++] = &d->item[i].cause;
		at[n++] = &d->item[i].command;
	}
	return n;
}

void
snapshot_strings(struct snapshot *s, struct snapshot_strings *out)
{
	struct sample *m = &s->sample;
	const char **const single[] = {
		&m->target.path, &m->target.filesystem, &m->target.refused,
		&m->memory.limit_cgroup, &m->memory.limit_file,
		&m->memory.steals_by, &m->scan.cached_by,
		&m->scan.mapped_by, &m->scan.why, &s->acted.no_worker,
	};
	size_t n = sizeof single / sizeof single[0];
	unsigned l;

	memcpy(out->at, single, sizeof single);
	for (l = 0; l < LAYER_COUNT; l++) {
		out->at[n++] = &m->scan.by[l];
		out->at[n++] = &m->scan.why_not[l];
	}
	n += said_strings(&s->findings.now, out->at + n);
	said_strings(&s->findings.last, out->at + n);
}

void
snapshot_own_strings(struct snapshot *s)
{
	struct snapshot_strings strings;
	size_t i, len, bytes = 0;
	char *own, *to;

	snapshot_strings(s, &strings);
	for (i = 0; i < SNAPSHOT_STRINGS; i++)
		if (*strings.at[i] != NULL)
			bytes += strlen(*strings.at[i]) + 1;
	own = to = bytes > 0 ? xmalloc(bytes) : NULL;
	for (i = 0; i < SNAPSHOT_STRINGS; i++) {
		if (*strings.at[i] == NULL)
			continue;
		len = strlen(*strings.at[i]) + 1;
		*strings.at[i] = memcpy(to, *strings.at[i], len);
		to += len;
	}
	free(s->strings);
	s->strings = own;
	s->strings_bytes = bytes;
}

/* A copy of a grid in keep, or NULL where there is none. */
static const struct cells *
copy_grid(struct cells *keep, const struct cells *grid)
{
	if (grid != NULL)
		cells_copy(keep, grid);
	return grid != NULL ? keep : NULL;
}

/* The same of where faults landed; slots that are as many stay where they
 * are. */
static const struct landing *
copy_landing(struct landing **keep, const struct landing *l)
{
	struct landing_slot *slot;

	if (l == NULL)
		return NULL;
	if (*keep == NULL)
		*keep = xcalloc(1, sizeof **keep);
	slot = (*keep)->slot;
	if (slot == NULL || l->slot == NULL || (*keep)->n_slots != l->n_slots) {
		landing_copy(*keep, l);
		return *keep;
	}
	**keep = *l;
	(*keep)->slot = slot;
	memcpy(slot, l->slot, l->n_slots * sizeof *slot);
	return *keep;
}

void
snapshot_copy(struct snapshot *dst, const struct snapshot *src)
{
	if (dst == src)
		return;
	memcpy(dst, src, offsetof(struct snapshot, overview));
	dst->sample.overview = copy_grid(&dst->overview, src->sample.overview);
	dst->sample.zoom = copy_grid(&dst->zoom, src->sample.zoom);
	dst->acted.landing = copy_landing(&dst->landing, src->acted.landing);
	snapshot_own_strings(dst);
}

static uint64_t
grid_bytes(const struct cells *c)
{
	return c->cap * (LAYER_COUNT * sizeof *c->count[0] +
	    sizeof *c->known + sizeof *c->stamp_ns);
}

uint64_t
snapshot_bytes(const struct snapshot *s)
{
	return grid_bytes(&s->overview) + grid_bytes(&s->zoom) +
	    s->strings_bytes + (s->landing == NULL ? 0 :
	    sizeof *s->landing + landing_bytes(s->landing));
}

/* Numbers alone: pointers differ, though they lead to the same. */
void
snapshot_words(const struct snapshot *s, struct snapshot_words *out)
{
	struct snapshot_strings strings;
	struct snapshot numbers;
	size_t i;

	memcpy(&numbers, s, offsetof(struct snapshot, overview));
	snapshot_strings(&numbers, &strings);
	for (i = 0; i < SNAPSHOT_STRINGS; i++)
		*strings.at[i] = NULL;
	numbers.sample.overview = numbers.sample.zoom = NULL;
	numbers.acted.landing = NULL;
	memcpy(out, &numbers, sizeof *out);
}

static bool
same_string(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
same_strings(const struct snapshot *a, const struct snapshot *b)
{
	struct snapshot_strings as, bs;
	size_t i;

	/* Only read through. */
	snapshot_strings((struct snapshot *)a, &as);
	snapshot_strings((struct snapshot *)b, &bs);
	for (i = 0; i < SNAPSHOT_STRINGS; i++)
		if (!same_string(*as.at[i], *bs.at[i]))
			return false;
	return true;
}

static bool
same_counts(const struct cells *a, const struct cells *b, enum layer l)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (cells_known(a, i, l) && a->count[l][i] != b->count[l][i])
			return false;
	return true;
}

static bool
same_grid(const struct cells *a, const struct cells *b)
{
	int l;

	if (a == NULL || b == NULL)
		return a == b;
	if (!cells_same_shape(a, b))
		return false;
	if (a->n == 0)
		return true;
	if (memcmp(a->known, b->known, a->n * sizeof *a->known) != 0 ||
	    memcmp(a->stamp_ns, b->stamp_ns, a->n * sizeof *a->stamp_ns) != 0)
		return false;
	for (l = 0; l < LAYER_COUNT; l++)
		if (!same_counts(a, b, l))
			return false;
	return true;
}

static bool
same_landing(const struct landing *a, const struct landing *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->by == b->by && a->minor == b->minor &&
	    a->major == b->major && a->since_ns == b->since_ns &&
	    a->last_ns == b->last_ns && a->shift == b->shift &&
	    a->n_slots == b->n_slots &&
	    strcmp(a->why, b->why) == 0 &&
	    memcmp(a->site, b->site, sizeof a->site) == 0 &&
	    (a->slot == NULL || b->slot == NULL ? a->slot == b->slot :
	    memcmp(a->slot, b->slot, a->n_slots * sizeof *a->slot) == 0);
}

bool
snapshot_equal(const struct snapshot *a, const struct snapshot *b)
{
	struct snapshot_words aw, bw;

	snapshot_words(a, &aw);
	snapshot_words(b, &bw);
	return memcmp(&aw, &bw, sizeof aw) == 0 && same_strings(a, b) &&
	    same_grid(a->sample.overview, b->sample.overview) &&
	    same_grid(a->sample.zoom, b->sample.zoom) &&
	    same_landing(a->acted.landing, b->acted.landing);
}
