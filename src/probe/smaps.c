#include "config.h"

#include "smaps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/advice.h"

/* Longer lines are those of VMAs with long names; their head is enough. */
#define LINE_MAX_BYTES 256

void
smaps_start(struct smaps *s, uint64_t addr, uint64_t first_page,
    uint64_t pages, uint32_t page_bytes)
{
	memset(s, 0, sizeof *s);
	s->from = addr;
	s->to = addr + pages * page_bytes;
	s->first_page = first_page;
	s->page_bytes = page_bytes;
}

/* "7f0c12000000-7f0c13000000 r--s ...": the head of a VMA. */
static bool
parse_head(const char *line, uint64_t *start, uint64_t *end)
{
	int n = 0;

	return sscanf(line, "%" SCNx64 "-%" SCNx64 " %*1[r-]%n", start, end,
	    &n) == 2 && n > 0;
}

static void
take_head(struct smaps *s, uint64_t start, uint64_t end)
{
	s->past = start >= s->to;
	s->start = start > s->from ? start : s->from;
	s->end = end < s->to ? end : s->to;
	if (s->end < s->start)
		s->end = s->start;
	else if (s->start < s->end)
		s->reaches_out |= start < s->from || end > s->to;
}

/* "        12 kB" */
static void
take_private_dirty(struct smaps *s, const char *value)
{
	uint64_t kib;

	if (sscanf(value, "%" SCNu64 " kB", &kib) == 1)
		s->private_dirty_bytes += kib << 10;
}

/* Appends the VMA under way, or lengthens the stretch before it. */
static void
take_flags(struct smaps *s, unsigned vmflags)
{
	uint64_t first = s->first_page +
	    (s->start - s->from) / s->page_bytes;
	uint64_t n = (s->end - s->start) / s->page_bytes;
	struct vma_range *last = s->n > 0 ? &s->vma[s->n - 1] : NULL;

	if (last != NULL && last->vmflags == vmflags &&
	    last->first_page + last->n_pages == first) {
		last->n_pages += n;
	} else if (s->n < SAMPLE_VMAS_MAX) {
		s->vma[s->n].first_page = first;
		s->vma[s->n].n_pages = n;
		s->vma[s->n].vmflags = vmflags;
		s->n++;
	} else {
		s->full = true;
	}
	s->start = s->end;
}

void
smaps_line(struct smaps *s, const char *line)
{
	static const char flags[] = "VmFlags:", dirty[] = "Private_Dirty:";
	uint64_t start, end;

	if (parse_head(line, &start, &end))
		take_head(s, start, end);
	else if (s->start >= s->end)
		return;
	else if (strncmp(line, flags, sizeof flags - 1) == 0)
		take_flags(s, advice_vmflags_parse(line + sizeof flags - 1));
	else if (strncmp(line, dirty, sizeof dirty - 1) == 0)
		take_private_dirty(s, line + sizeof dirty - 1);
}

bool
smaps_complete(const struct smaps *s)
{
	uint64_t page = s->first_page;
	unsigned i;

	for (i = 0; i < s->n && s->vma[i].first_page == page; i++)
		page += s->vma[i].n_pages;
	return !s->full && page - s->first_page ==
	    (s->to - s->from) / s->page_bytes;
}

bool
smaps_private_dirty(const struct smaps *s, uint64_t *bytes)
{
	*bytes = s->private_dirty_bytes;
	return s->n > 0 && smaps_complete(s) && !s->reaches_out;
}

/* Bytes on their way to become lines. */
struct splitter {
	struct smaps	*smaps;
	char		 line[LINE_MAX_BYTES];
	size_t		 len;
};

static void
split(struct splitter *sp, const char *buf, size_t n)
{
	size_t i;

	for (i = 0; i < n && !sp->smaps->past; i++) {
		if (buf[i] != '\n') {
			if (sp->len < sizeof sp->line - 1)
				sp->line[sp->len++] = buf[i];
			continue;
		}
		sp->line[sp->len] = '\0';
		smaps_line(sp->smaps, sp->line);
		sp->len = 0;
	}
}

int
smaps_read(int fd, struct smaps *s)
{
	struct splitter sp = { .smaps = s };
	char buf[4096];
	bool any = false;
	ssize_t n;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	while (!s->past && (n = read(fd, buf, sizeof buf)) != 0) {
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n < 0)
			continue;
		split(&sp, buf, n);
		any = true;
	}
	return any ? 0 : -ESRCH;
}

/* Pages that [a, a + n) and [b, b + m) have in common. */
static uint64_t
overlap(uint64_t a, uint64_t n, uint64_t b, uint64_t m)
{
	uint64_t from = a > b ? a : b;
	uint64_t to = a + n < b + m ? a + n : b + m;

	return from < to ? to - from : 0;
}

void
smaps_locked(const struct vma_range *vma, unsigned n_vmas, struct cells *c,
    uint64_t now_ns)
{
	uint64_t locked;
	unsigned v;
	size_t i;

	for (i = 0; i < c->n; i++) {
		locked = 0;
		for (v = 0; v < n_vmas; v++)
			if (vma[v].vmflags & VMF_LOCKED)
				locked += overlap(vma[v].first_page,
				    vma[v].n_pages, cells_page(c, i),
				    cells_pages(c, i));
		if (locked <= UINT32_MAX)
			cells_set(c, i, LAYER_LOCKED, locked,
			    c->stamp_ns[i] != 0 ? c->stamp_ns[i] : now_ns);
	}
}
