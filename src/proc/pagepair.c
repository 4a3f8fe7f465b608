#include "config.h"

#include "pagetide/pagepair.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ENTRY_PRESENT	(UINT64_C(1) << 63)
#define ENTRY_FILE	(UINT64_C(1) << 61)	/* of a file, or shared */
#define ENTRY_EXCLUSIVE	(UINT64_C(1) << 56)	/* mapped nowhere else */
#define CHUNK		512

static int
open_pagemap(pid_t pid)
{
	char path[sizeof "/proc//pagemap" + 3 * sizeof pid];

	snprintf(path, sizeof path, "/proc/%d/pagemap", (int)pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Entries of pages [first, first+n); 0 where it has not mapped them. */
static bool
read_entries(int fd, const struct pagepair_side *s, uint64_t first, uint64_t n,
    uint64_t *entry)
{
	uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t from = first > s->first_page ? first : s->first_page;
	uint64_t end = first + n, s_end = s->first_page + s->pages;
	size_t bytes;
	off_t at;

	memset(entry, 0, n * sizeof *entry);
	if (end > s_end)
		end = s_end;
	if (from >= end)
		return true;
	bytes = (end - from) * sizeof *entry;
	at = (off_t)((s->addr / page_bytes + from - s->first_page) *
	    sizeof *entry);
	return pread(fd, entry + (from - first), bytes, at) == (ssize_t)bytes;
}

/*
 * Of a file both have its page in the cache, unless one has a copy. A private
 * page that is mapped more than once is mapped by both: nobody else forks. So
 * is the page of zeros, which never is anybody's alone.
 */
static void
count_page(uint64_t a, uint64_t b, struct workers_pages *out)
{
	bool in_a = (a & ENTRY_PRESENT) != 0, in_b = (b & ENTRY_PRESENT) != 0;
	bool private = ((a | b) & ENTRY_FILE) == 0;

	out->mapped[0] += in_a;
	out->mapped[1] += in_b;
	if (!in_a || !in_b)
		return;
	out->both++;
	if (private && ((a | b) & ENTRY_EXCLUSIVE) == 0) {
		out->same++;
		out->same_private++;
	} else if ((a & b & ENTRY_FILE) != 0) {
		out->same++;
	}
}

static bool
count_pages(const int fd[2], const struct pagepair_side side[2],
    uint64_t first, uint64_t n, struct workers_pages *out)
{
	uint64_t a[CHUNK], b[CHUNK], len, i;

	for (; n > 0; first += len, n -= len) {
		len = n < CHUNK ? n : CHUNK;
		if (!read_entries(fd[0], &side[0], first, len, a) ||
		    !read_entries(fd[1], &side[1], first, len, b))
			return false;
		for (i = 0; i < len; i++)
			count_page(a[i], b[i], out);
	}
	return true;
}

bool
pagepair_count(const struct pagepair_side side[2], uint64_t first_page,
    uint64_t n_pages, struct workers_pages *out)
{
	struct workers_pages pages = { .both = 0 };
	int fd[2];
	bool known;

	if (n_pages > PAGEPAIR_PAGES_MAX)
		return false;
	fd[0] = open_pagemap(side[0].pid);
	fd[1] = open_pagemap(side[1].pid);
	known = fd[0] >= 0 && fd[1] >= 0 &&
	    count_pages(fd, side, first_page, n_pages, &pages);
	for (int i = 0; i < 2; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	if (known)
		*out = pages;
	return known;
}
