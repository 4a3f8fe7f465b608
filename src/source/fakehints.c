/* What hints do to the pages of the simulated file. */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "pagetide/advice.h"
#include "pagetide/mapspec.h"
#include "pagetide/order.h"
#include "pagetide/pattern.h"

#include "fakepages.h"

#define WILLNEED_PAGES	320	/* most that one call reads */

/* Hints. Each returns 0 or errno. */

static void
change_flags(struct fake_pages *f, uint64_t first, uint64_t n, unsigned clear,
    unsigned set)
{
	uint64_t i;

	for (i = first; i < first + n; i++)
		f->vmflags[i] = (f->vmflags[i] & ~clear) | set;
}

static int
hint_normal(struct fake_pages *f, uint64_t first, uint64_t n)
{
	change_flags(f, first, n, VMF_SEQ | VMF_RAND, 0);
	return 0;
}

static int
hint_random(struct fake_pages *f, uint64_t first, uint64_t n)
{
	change_flags(f, first, n, VMF_SEQ, VMF_RAND);
	return 0;
}

static int
hint_sequential(struct fake_pages *f, uint64_t first, uint64_t n)
{
	change_flags(f, first, n, VMF_RAND, VMF_SEQ);
	return 0;
}

static int
hint_willneed(struct fake_pages *f, uint64_t first, uint64_t n)
{
	f->read_pages += fake_pages_bring(f, first, n < WILLNEED_PAGES ? n
	    : WILLNEED_PAGES, WILLNEED_PAGES);
	return 0;
}

/* Clears and sets bits of pages with all of the bits in want, up to the first
 * locked one, where the kernel stops. */
static int
change_unlocked(struct fake_pages *f, uint64_t first, uint64_t n,
    unsigned want, unsigned clear, unsigned set)
{
	uint64_t i;

	for (i = first; i < first + n; i++) {
		if (f->vmflags[i] & VMF_LOCKED)
			return EINVAL;
		/* What has still to be written stays in the cache. */
		if ((clear & FAKE_CACHED) &&
		    (f->page[i] & (FAKE_DIRTY | FAKE_WRITEBACK)))
			continue;
		if ((f->page[i] & want) == want)
			f->page[i] = (f->page[i] & ~clear) | set;
	}
	return 0;
}

static int
hint_dontneed(struct fake_pages *f, uint64_t first, uint64_t n)
{
	return change_unlocked(f, first, n, FAKE_MAPPED, FAKE_MAPPED, 0);
}

/* DONTNEED_LOCKED: locked pages too; the lock stays. */
static int
hint_dontneed_locked(struct fake_pages *f, uint64_t first, uint64_t n)
{
	uint64_t i;

	for (i = first; i < first + n; i++)
		f->page[i] &= ~FAKE_MAPPED;
	return 0;
}

static int
hint_cold(struct fake_pages *f, uint64_t first, uint64_t n)
{
	return change_unlocked(f, first, n, 0, 0, 0);
}

static int
hint_pageout(struct fake_pages *f, uint64_t first, uint64_t n)
{
	uint64_t i;

	for (i = first; i < first + n; i++) {
		if (f->vmflags[i] & VMF_LOCKED)
			return EINVAL;
		/* There is no swap for copies to go to. */
		if (!(f->page[i] & FAKE_MAPPED) || fake_pages_is_copy(f, i))
			continue;
		f->page[i] &= ~FAKE_MAPPED;
		if (!(f->page[i] & (FAKE_DIRTY | FAKE_WRITEBACK)))
			f->page[i] = (f->page[i] & ~FAKE_CACHED) |
			    FAKE_EVICTED;
	}
	return 0;
}

/* Nobody needs what lies under a copy. */
static void
read_in(struct fake_pages *f, uint64_t first, uint64_t n)
{
	uint64_t i;

	for (i = first; i < first + n; i++)
		if (!fake_pages_is_copy(f, i))
			f->read_pages += fake_pages_bring(f, i, 1, 1);
}

/* Brings and maps all; a minor fault for each window that had gaps. */
static void
populate(struct fake_pages *f, uint64_t first, uint64_t n)
{
	uint64_t i;

	read_in(f, first, n);
	for (i = first; i < first + n; i++) {
		if (f->page[i] & FAKE_MAPPED)
			continue;
		f->minor++;
		fake_pages_map_around(f, i);
	}
}

/* As if each page were written: a fault for each that is no copy yet. */
static void
copy(struct fake_pages *f, uint64_t first, uint64_t n)
{
	uint64_t i;

	read_in(f, first, n);
	for (i = first; i < first + n; i++) {
		if (fake_pages_is_copy(f, i))
			continue;
		f->minor++;
		f->page[i] = (f->page[i] & ~FAKE_READING) | FAKE_MAPPED |
		    FAKE_PRIVATE;
	}
}

/* What mlock and MAP_POPULATE do: they write where that makes copies. Their
 * reads count as no major fault. */
static void
fault_in(struct fake_pages *f, uint64_t first, uint64_t n)
{
	if (mapspec_makes_copies(f->map_flags))
		copy(f, first, n);
	else
		populate(f, first, n);
}

static int
hint_lock(struct fake_pages *f, uint64_t first, uint64_t n)
{
	change_flags(f, first, n, VMF_ONFAULT, VMF_LOCKED);
	fault_in(f, first, n);
	return 0;
}

static int
hint_lock_onfault(struct fake_pages *f, uint64_t first, uint64_t n)
{
	change_flags(f, first, n, 0, VMF_LOCKED | VMF_ONFAULT);
	return 0;
}

static int
hint_unlock(struct fake_pages *f, uint64_t first, uint64_t n)
{
	change_flags(f, first, n, VMF_LOCKED | VMF_ONFAULT, 0);
	return 0;
}

static int
hint_unlock_all(struct fake_pages *f, uint64_t first, uint64_t n)
{
	(void)first;
	(void)n;
	return hint_unlock(f, 0, f->map_pages);
}

/* The first fault of those waits for the disk, if anything was read. */
static void
wait_once(struct fake_pages *f, uint64_t read_before)
{
	if (f->read_pages == read_before)
		return;
	f->minor--;
	f->major++;
}

static int
hint_populate(struct fake_pages *f, uint64_t first, uint64_t n)
{
	uint64_t read_before = f->read_pages;

	populate(f, first, n);
	wait_once(f, read_before);
	return 0;
}

static int
hint_populate_write(struct fake_pages *f, uint64_t first, uint64_t n)
{
	uint64_t read_before = f->read_pages;

	if ((f->map_flags & MAP_SPEC_WRITE) == 0)
		return EINVAL;
	copy(f, first, n);
	wait_once(f, read_before);
	return 0;
}

/* posix_fadvise(DONTNEED): only pages that nobody maps; dirty ones begin to be
 * written and stay. */
static int
drop_cache(struct fake_pages *f, uint64_t first, uint64_t n)
{
	uint64_t i;

	for (i = first; i < first + n; i++)
		if (f->page[i] & FAKE_DIRTY)
			f->page[i] ^= FAKE_DIRTY | FAKE_WRITEBACK;
		else if (fake_pages_is_copy(f, i))
			f->page[i] = FAKE_MAPPED | FAKE_PRIVATE;
		else if (!(f->page[i] & (FAKE_MAPPED | FAKE_WRITEBACK)))
			f->page[i] = 0;
	return 0;
}

/* The struct file's readahead; RANDOM leaves that of faults alone. */
static int
file_normal(struct fake_pages *f, uint64_t first, uint64_t n)
{
	(void)first;
	(void)n;
	f->ra_pages = FAKE_RA_PAGES;
	return 0;
}

static int
file_sequential(struct fake_pages *f, uint64_t first, uint64_t n)
{
	(void)first;
	(void)n;
	f->ra_pages = 2 * FAKE_RA_PAGES;
	return 0;
}

/* What shows nothing here: no page is ever dirty. */
static int
nothing(struct fake_pages *f, uint64_t first, uint64_t n)
{
	(void)f;
	(void)first;
	(void)n;
	return 0;
}

/* What is not there is not known: there are no huge pages, and FREE is for
 * anonymous memory. */
static const struct {
	const char	*name;	/* in advice_table */
	int		(*call[2])(struct fake_pages *, uint64_t, uint64_t);
} hints[] = {
	{ "normal", { hint_normal, NULL } },
	{ "sequential", { hint_sequential, NULL } },
	{ "random", { hint_random, NULL } },
	{ "willneed", { hint_willneed, NULL } },
	{ "dontneed", { hint_dontneed, NULL } },
	{ "cold", { hint_cold, NULL } },
	{ "pageout", { hint_pageout, NULL } },
	{ "populate", { hint_populate, NULL } },
	{ "populate-write", { hint_populate_write, NULL } },
	{ "mlock", { hint_lock, NULL } },
	{ "munlock", { hint_unlock, NULL } },
	{ "evict", { hint_dontneed, drop_cache } },
	{ "willneed-all", { hint_willneed, NULL } },
	{ "dontneed-locked", { hint_dontneed_locked, NULL } },
	{ "mlock-onfault", { hint_lock_onfault, NULL } },
	{ "munlockall", { hint_unlock_all, NULL } },
	{ "fadvise-normal", { file_normal, NULL } },
	{ "fadvise-sequential", { file_sequential, NULL } },
	{ "fadvise-random", { nothing, NULL } },
	{ "fadvise-willneed", { hint_willneed, NULL } },
	{ "fadvise-dontneed", { drop_cache, NULL } },
	{ "fadvise-noreuse", { nothing, NULL } },
	{ "readahead", { hint_willneed, NULL } },
	{ "sync-range", { nothing, NULL } },
	{ "fsync", { nothing, NULL } },
};

void
fake_pages_advise(struct fake_pages *f, const char *advice, uint64_t first,
    uint64_t n, int32_t err[2])
{
	size_t i;
	int part;

	for (i = 0; i < sizeof hints / sizeof hints[0]; i++) {
		if (strcmp(hints[i].name, advice) != 0)
			continue;
		for (part = 0; part < 2 && hints[i].call[part]; part++)
			err[part] = hints[i].call[part](f, first, n);
	}
}

void
fake_pages_chunk(struct fake_pages *f, const struct pattern *walk)
{
	static const char *const behind[BEHIND_COUNT] = {
		"dontneed", "evict", NULL
	};
	const char *name;
	struct chunk c;
	int32_t err[2];

	if (!pattern_chunk(walk, &c))
		return;
	f->read_pages += fake_pages_bring(f, c.ahead_first, c.ahead_pages,
	    c.ahead_pages);
	name = behind[walk->spec.behind];
	if (name != NULL && c.behind_pages > 0)
		fake_pages_advise(f, name, c.behind_first, c.behind_pages,
		    err);
}

int
fake_pages_map_as(struct fake_pages *f, uint32_t flags, uint64_t pages)
{
	const uint32_t all = MAP_SPEC_PRIVATE | MAP_SPEC_WRITE |
	    MAP_SPEC_POPULATE | MAP_SPEC_LOCKED;
	int32_t err[2];

	fake_pages_map(f, pages);
	if (pages == 0 || (flags & ~all) != 0 ||
	    ((flags & MAP_SPEC_WRITE) != 0 && !mapspec_makes_copies(flags))) {
		f->map_pages = 0;
		return EINVAL;
	}
	f->map_flags = flags;
	if (flags & MAP_SPEC_LOCKED)
		fake_pages_advise(f, "mlock", 0, f->map_pages, err);
	else if (flags & MAP_SPEC_POPULATE)
		fault_in(f, 0, f->map_pages);
	return 0;
}
