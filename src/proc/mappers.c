#include "config.h"

#include "pagetide/mappers.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/foreign.h"
#include "pagetide/mapfile.h"
#include "pagetide/processes.h"
#include "pagetide/sharers.h"
#include "pagetide/verdict.h"

#include "mapcells.h"

#define PM_PRESENT (UINT64_C(1) << 63)
#define CHUNK_PAGES 4096

/* Page tables of others are read for a 50th of the time at most: their mmap and
 * munmap wait meanwhile. */
#define REST_TIMES 49

struct search {
	const struct mappers_query *q;
	struct verdict_holders *out;	/* one of the two */
	struct sharers	*who;
	struct mappers_found *found;	/* NULL: not kept */
	const struct sharer *before;	/* what is known of the one that is
					   looked at; NULL: nothing */
	struct mapcells	*cells;		/* of who */
	struct mapfile	file;
	uint64_t	page_bytes;
	uint64_t	seen;		/* processes that were looked into */
	uint64_t	hidden;		/* that may not be, or not their page
					   tables where these are all */
	bool		cut;		/* it took too long for all of it */
};

/* What one process has mapped, piece by piece. */
struct walk {
	FILE		*maps;
	uint64_t	addr;
	bool		text;		/* the kernel can't be asked */
	char		*line;
	size_t		size;
};

/* PTEs of a process. */
struct count {
	uint64_t	pages, cell;	/* at least */
	bool		covers;		/* a mapping has some of the cell */
	bool		part;		/* not all could be read */
};

static FILE *
open_of(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	return fopen(path, "re");
}

/* Are pages of the range in it? Then *first is where, of *n pages. */
static bool
overlaps(const struct search *s, const struct vma *v, uint64_t *first,
    uint64_t *n)
{
	uint64_t from = v->offset / s->page_bytes;
	uint64_t to = from + (v->end - v->start) / s->page_bytes;
	uint64_t low = s->q->first_page, high = low + s->q->n_pages;

	if (!mapfile_is(&s->file, v) || to <= low || from >= high)
		return false;
	if (low < from)
		low = from;
	if (high > to)
		high = to;
	*first = v->start / s->page_bytes + (low - from);
	*n = high - low;
	return true;
}

/* To be asked where something is left to do. */
static bool
is_late(struct search *s)
{
	s->cut = s->cut || clock_now_ns() >= s->q->until_ns;
	return s->cut;
}

static void
rest(const struct search *s, uint64_t since_ns)
{
	const uint64_t ns = REST_TIMES * (clock_now_ns() - since_ns);
	const struct timespec t = { (time_t)(ns / NS_PER_S),
		(long)(ns % NS_PER_S) };

	if (s->who != NULL)
		nanosleep(&t, NULL);
}

/* A PTE of a page of the file. */
static void
count_one(const struct search *s, uint64_t page, struct count *c)
{
	const struct sharers_look *look = &s->q->look;

	c->pages++;
	c->cell += page >= look->cell_first &&
	    page - look->cell_first < look->cell_n;
	if (s->cells != NULL)
		mapcells_page(s->cells, page);
}

/* A mapping with n pages of the file from that one on. */
static void
cover(const struct search *s, uint64_t page, uint64_t n, struct count *c)
{
	const struct sharers_look *look = &s->q->look;

	c->covers |= page < look->cell_first + look->cell_n &&
	    look->cell_first < page + n;
	if (s->cells != NULL)
		mapcells_cover(s->cells, page, n);
}

/* Pages with a PTE, of n from one on (a number of the address space), which is
 * that page of the file. */
static void
count_ptes(struct search *s, int pagemap, uint64_t first, uint64_t n,
    uint64_t page, struct count *c)
{
	static uint64_t entry[CHUNK_PAGES];
	uint64_t ask, since_ns;
	ssize_t got = 1, i;

	for (; n > 0 && got > 0 && !is_late(s); n -= (uint64_t)got,
	    first += (uint64_t)got, page += (uint64_t)got) {
		ask = n < CHUNK_PAGES ? n : CHUNK_PAGES;
		since_ns = clock_now_ns();
		got = pread(pagemap, entry, ask * sizeof *entry,
		    (off_t)(first * sizeof *entry));
		got = got > 0 ? got / (ssize_t)sizeof *entry : 0;
		for (i = 0; i < got; i++)
			if ((entry[i] & PM_PRESENT) != 0)
				count_one(s, page + (uint64_t)i, c);
		rest(s, since_ns);
	}
	c->part = c->part || n > 0;
}

/* Is a stretch of the range locked by the process? */
static bool
locks(struct search *s, pid_t pid)
{
	uint64_t first, n, kib;
	char *line = NULL;
	size_t size = 0;
	bool ours = false, found = false;
	struct vma v;
	FILE *fp = open_of(pid, "smaps");

	while (fp != NULL && !found && getline(&line, &size, fp) > 0 &&
	    !is_late(s)) {
		if (mapfile_parse(line, &v))
			ours = overlaps(s, &v, &first, &n);
		else if (ours && sscanf(line, "Locked: %" SCNu64, &kib) == 1)
			found = kib > 0;
	}
	free(line);
	if (fp != NULL)
		fclose(fp);
	return found;
}

static void
name_of(pid_t pid, char *name, size_t size)
{
	FILE *fp = open_of(pid, "comm");

	snprintf(name, size, "?");
	if (fp == NULL)
		return;
	if (fgets(name, (int)size, fp) != NULL)
		name[strcspn(name, "\n")] = '\0';
	fclose(fp);
}

/* One that locks pages is named before one that only maps them. */
static void
add_holder(struct search *s, pid_t pid, uint64_t pages)
{
	struct verdict_holders *h = s->out;
	bool locker = locks(s, pid);

	if (locker ? h->lockers == 0 : h->mappers == 0) {
		h->pid = pid;
		name_of(pid, h->name, sizeof h->name);
	}
	h->mappers++;
	h->lockers += locker;
	if (pages > h->pages)
		h->pages = pages;
}

/* A thread of the kernel's has no mappings, though one may not ask; nor has a
 * process that is gone. */
static bool
is_kernel(pid_t pid)
{
	int dir = processes_open(pid);
	bool is = true;
	struct process p;

	if (dir < 0)
		return is;
	if (processes_read_one(dir, &p) == 0)
		is = p.kernel;
	close(dir);
	return is;
}

/* The next piece that is of a file, or any; false: there are no more. */
static bool
next_piece(struct walk *w, struct vma *v)
{
	int rc = w->text ? -ENOTTY : foreign_next_file(fileno(w->maps),
	    w->addr, v);

	w->addr = v->end;
	if (rc != -ENOTTY)
		return rc == 0;
	w->text = true;
	return getline(&w->line, &w->size, w->maps) > 0 &&
	    mapfile_parse(w->line, v);
}

static int
open_pagemap(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/pagemap", (int)pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* How many it has in all was counted when all of it was looked at. */
static void
keep_pages(const struct search *s, struct sharer *one)
{
	if (s->before == NULL)
		return;
	one->pages = s->before->pages;
	one->part = one->part || s->before->part;
	one->counted = one->counted && s->before->counted;
	one->pss = s->before->pss;
	one->pss_bytes = s->before->pss_bytes;
	one->pss_ns = s->before->pss_ns;
}

static void
add_sharer(struct search *s, pid_t pid, bool readable, const struct count *c)
{
	struct mappers_found *f = s->found;
	struct sharer one = { .pid = pid, .counted = readable && !c->part,
		.part = readable && c->part, .pages = c->pages,
		.cell_pages = c->cell, .covers = c->covers };

	name_of(pid, one.name, sizeof one.name);
	keep_pages(s, &one);
	sharers_add(s->who, &one);
	mapcells_add(s->cells, readable && !c->part, &s->who->grid);
	if (f == NULL)
		return;
	f->all = f->all && f->n < MAPPERS_KEPT;
	if (f->n < MAPPERS_KEPT)
		f->one[f->n++] = one;
}

/* A piece with n pages of the range, from that one of the address space on. */
static void
look_at_piece(struct search *s, int pagemap, const struct vma *v,
    uint64_t first, uint64_t n, struct count *c)
{
	uint64_t page = first - v->start / s->page_bytes +
	    v->offset / s->page_bytes;

	cover(s, page, n, c);
	if (pagemap >= 0)
		count_ptes(s, pagemap, first, n, page, c);
}

static void
look_into(struct search *s, pid_t pid, FILE *maps)
{
	struct walk w = { .maps = maps };
	struct count c = { 0 };
	uint64_t first, n;
	struct vma v = { 0 };
	bool maps_it = false;
	int pagemap = -1;

	while (next_piece(&w, &v) && !is_late(s)) {
		/* Not all of it is in the range then. */
		if (!maps_it && s->before != NULL) {
			pagemap = open_pagemap(pid);
			maps_it = true;
		}
		if (!overlaps(s, &v, &first, &n) ||
		    (s->who != NULL && mapfile_is_out_of_reach(&v)))
			continue;
		if (!maps_it)
			pagemap = open_pagemap(pid);
		maps_it = true;
		look_at_piece(s, pagemap, &v, first, n, &c);
	}
	c.part = c.part || s->cut;
	free(w.line);
	if (pagemap >= 0)
		close(pagemap);
	if (s->who != NULL && maps_it)
		add_sharer(s, pid, pagemap >= 0, &c);
	else if (c.pages > 0)
		add_holder(s, pid, c.pages);
	else if (maps_it && pagemap < 0)
		s->hidden++;
}

static bool
is_asked_about(const struct search *s, pid_t pid)
{
	return pid != s->q->app && pid != getpid() &&
	    (s->who != NULL || pid != s->q->worker);
}

static void
look_at(struct search *s, pid_t pid)
{
	FILE *maps;

	if (!is_asked_about(s, pid))
		return;
	if (s->cells != NULL)
		mapcells_begin(s->cells, &s->q->look);
	maps = open_of(pid, "maps");
	if (maps != NULL) {
		s->seen++;
		look_into(s, pid, maps);
		fclose(maps);
	} else if ((errno == EACCES || errno == EPERM) && !is_kernel(pid)) {
		s->hidden++;
	}
}

static int
begin(struct search *s)
{
	s->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	if (s->q->file != NULL) {
		s->file = *s->q->file;
		return 0;
	}
	return mapfile_find(&s->file, s->q->worker, s->q->addr);
}

/* All processes, until it is late: s->cut then. 0 or -errno. */
static int
walk(struct search *s)
{
	struct dirent *d;
	DIR *proc;
	int rc = begin(s);

	if (rc != 0)
		return rc;
	proc = opendir("/proc");
	if (proc == NULL)
		return -errno;
	while ((d = readdir(proc)) != NULL && !is_late(s))
		if (isdigit((unsigned char)d->d_name[0]))
			look_at(s, (pid_t)atoi(d->d_name));
	closedir(proc);
	return 0;
}

int
mappers_scan(const struct mappers_query *q, struct verdict_holders *out)
{
	struct search s = { .q = q, .out = out };
	int rc;

	*out = (struct verdict_holders){ 0 };
	rc = walk(&s);
	out->seen = (uint32_t)s.seen;
	out->hidden = (uint32_t)s.hidden;
	out->cut = s.cut;
	out->known = rc == 0;
	return rc;
}

static void
begin_sharers(struct search *s, struct sharers *out)
{
	static struct mapcells cells;
	const struct sharers_look *look = &s->q->look;

	s->who = out;
	s->cells = &cells;
	out->cell_first = look->cell_first;
	out->cell_n = look->cell_n;
	out->grid.first = look->grid_first;
	out->grid.shift = look->grid_shift;
	out->grid.cells = look->grid_cells;
}

int
mappers_sharers(const struct mappers_query *q, struct mappers_found *found,
    struct sharers *out)
{
	struct search s = { .q = q, .found = found };
	int rc;

	begin_sharers(&s, out);
	found->n = 0;
	found->all = true;
	rc = walk(&s);
	found->all = found->all && rc == 0 && !s.cut;
	out->looked = s.seen;
	out->hidden = s.hidden;
	out->cut = s.cut;
	return rc;
}

/* The pages of the picture alone. */
static struct mappers_query
of_look(const struct mappers_query *q)
{
	struct mappers_query part = *q;
	uint64_t end = q->first_page + q->n_pages, n;

	n = (uint64_t)q->look.grid_cells << q->look.grid_shift;
	part.first_page = q->look.grid_first;
	part.n_pages = n < end - part.first_page ? n : end - part.first_page;
	return part;
}

int
mappers_again(const struct mappers_query *q,
    const struct mappers_found *found, struct sharers *out)
{
	struct mappers_query part = of_look(q);
	struct search s = { .q = &part };
	int rc = begin(&s);

	begin_sharers(&s, out);
	for (size_t i = 0; rc == 0 && i < found->n && !is_late(&s); i++) {
		s.before = &found->one[i];
		look_at(&s, found->one[i].pid);
	}
	out->cut = s.cut;
	return rc;
}
