/* Finds the memory limit in force, on the way up from a cgroup. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/memcg.h"
#include "pagetide/xalloc.h"

#include "proctext.h"

/* How often it is looked for: reading memory.stat of a large cgroup takes
 * 0.1 ms. */
#define EVERY_NS	NS_PER_S

/* The smallest limit seen on the way up, and whose it is. */
struct found {
	bool		known;		/* all that can be seen were read */
	uint64_t	bytes;		/* UINT64_MAX: none */
	struct memcg	cg;		/* dir NULL: out of sight */
	enum memcg_number which;
};

static void
read_stat(const struct memcg *cg, char *text, size_t size)
{
	char *path = xasprintf("%s/memory.stat", cg->dir);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	proctext_read(fd, text, size);
	if (fd >= 0)
		close(fd);
	free(path);
}

/* One cgroup on the way. The nearest of those with the same limit counts; one
 * without the file has none. */
static void
look_at(struct found *f, const struct memcg *cg)
{
	static const enum memcg_number limits[] = { MEMCG_LIMIT, MEMCG_HIGH };
	uint64_t bytes;
	size_t i;

	for (i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		if (!memcg_number(cg, limits[i], &bytes) || bytes >= f->bytes)
			continue;
		free(f->cg.dir);
		f->cg.dir = xstrdup(cg->dir);
		f->bytes = bytes;
		f->which = limits[i];
	}
}

/* v1 reports the smallest also where its cgroup can't be seen, or where those
 * above do not count. */
static void
trust_kernel(struct found *f, const struct memcg *start)
{
	char text[PROCTEXT_MAX_BYTES];
	uint64_t bytes;

	read_stat(start, text, sizeof text);
	if (!proctext_keyed(text, "hierarchical_memory_limit ", &bytes))
		return;
	f->known = true;
	if (bytes >= UINT64_C(1) << 62)
		bytes = UINT64_MAX;
	if (bytes == f->bytes)
		return;
	f->bytes = bytes;
	free(f->cg.dir);
	f->cg.dir = NULL;
}

/* From start up to the mount, which is the first keep bytes of its folder. */
static void
climb(struct found *f, const struct memcg *start, size_t keep, bool hidden)
{
	struct memcg cg = { start->version, xstrdup(start->dir) };
	char *slash;

	*f = (struct found){ .known = !hidden, .bytes = UINT64_MAX,
		.cg.version = start->version, .which = MEMCG_LIMIT };
	for (;;) {
		look_at(f, &cg);
		slash = strrchr(cg.dir, '/');
		if (slash == NULL || strlen(cg.dir) <= keep)
			break;
		*slash = '\0';
	}
	free(cg.dir);
	if (start->version == MEMCG_V1 && (hidden || f->bytes != UINT64_MAX))
		trust_kernel(f, start);
}

/* What is reported of the cgroup whose limit it is. */
static void
read_facts(struct memory_facts *m, const struct found *f)
{
	char text[PROCTEXT_MAX_BYTES];

	m->limit_file = memcg_file(f->cg.version, f->which);
	m->usage_known = memcg_number(&f->cg, MEMCG_USAGE, &m->usage_bytes);
	m->hits_known = memcg_number(&f->cg, f->which == MEMCG_HIGH ?
	    MEMCG_HIGH_HITS : MEMCG_HITS, &m->limit_hits);
	m->kills_known = memcg_number(&f->cg, MEMCG_KILLS, &m->oom_kills);
	read_stat(&f->cg, text, sizeof text);
	memcg_parse_parts(text, f->cg.version, m);
}

/* The same string each time. */
static const char *
keep_path(struct memcg_limit *l, const char *path)
{
	size_t i;

	for (i = 0; i < l->n_paths; i++)
		if (strcmp(l->path[i], path) == 0)
			return l->path[i];
	l->path = xreallocarray(l->path, l->n_paths + 1, sizeof *l->path);
	l->path[l->n_paths] = xstrdup(path);
	return l->path[l->n_paths++];
}

static void
take(struct memcg_limit *l, const struct found *f, size_t keep)
{
	struct memory_facts *m = &l->facts;

	if (f->bytes == UINT64_MAX) {
		m->limit_of = f->known ? LIMIT_NONE : LIMIT_UNKNOWN;
		return;
	}
	m->limit_of = LIMIT_INHERITED;
	m->limit_known = true;
	m->limit_bytes = f->bytes;
	if (f->cg.dir == NULL)
		return;
	m->limit_cgroup = keep_path(l, f->cg.dir[keep] != '\0' ?
	    f->cg.dir + keep : "/");
	read_facts(m, f);
}

/* The cgroup that own was made in; else our own. */
static void
start_at(struct memcg *start, const struct memcg *own)
{
	char *slash;

	if (own == NULL)
		return;
	free(start->dir);
	start->version = own->version;
	start->dir = xstrdup(own->dir);
	slash = strrchr(start->dir, '/');
	if (slash != NULL)
		*slash = '\0';
}

void
memcg_limit_read(struct memcg_limit *l, const char *root,
    const struct memcg *own, uint64_t now_ns)
{
	struct memcg start;
	struct found f;
	size_t keep;

	if (now_ns < l->next_ns)
		return;
	l->facts = (struct memory_facts){ 0 };
	l->next_ns = now_ns + EVERY_NS;
	if (memcg_find_own(root, &start, &keep, &l->facts.above_hidden) != 0)
		return;
	l->facts.above_known = true;
	start_at(&start, own);
	climb(&f, &start, keep, l->facts.above_hidden);
	take(l, &f, keep);
	free(f.cg.dir);
	free(start.dir);
}

/* All but what is of the worker's own cgroup, or of the system. */
static void
replace(struct memory_facts *m, const struct memory_facts *o)
{
	struct memory_facts was = *m;

	*m = *o;
	m->limited = was.limited;
	m->steals_by = was.steals_by;
	m->pressure_known = was.pressure_known;
	m->pressure_own = was.pressure_own;
	m->some_avg10_bp = was.some_avg10_bp;
	m->full_avg10_bp = was.full_avg10_bp;
	m->machine = was.machine;
}

void
memcg_limit_put(const struct memcg_limit *l, struct memory_facts *m)
{
	const struct memory_facts *o = &l->facts;
	bool ours = m->limited && (!m->limit_known ||
	    m->limit_bytes != UINT64_MAX);

	if (ours && m->limit_known && (!o->limit_known ||
	    m->limit_bytes <= o->limit_bytes))
		m->limit_of = LIMIT_OURS;
	else if (o->limit_known && (!ours || m->limit_known))
		replace(m, o);
	else if (!ours)
		m->limit_of = o->limit_of;
	m->above_known = o->above_known;
	m->above_hidden = o->above_hidden;
}

void
memcg_limit_done(struct memcg_limit *l)
{
	size_t i;

	for (i = 0; i < l->n_paths; i++)
		free(l->path[i]);
	free(l->path);
	*l = (struct memcg_limit){ 0 };
}
