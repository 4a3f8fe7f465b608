#include "config.h"

#include "pagetide/faultpath.h"

#include <signal.h>
#include <string.h>

/* Fault-around maps what is cached of an aligned window of 64 KiB; more PTEs
 * than these come of a large folio. */
#define AROUND_PAGES	16
#define PMD_PAGES	512
/* Blocks that a file system may read to find out where a page is. */
#define INDEX_BLOCKS	4

const struct path_info path_table[PATH_COUNT] = {
	[PATH_UNKNOWN] = { "unknown", "unknown" },
	[PATH_NOT_MAPPED] = { "not-mapped", "not mapped" },
	[PATH_NOT_PERMITTED] = { "not-permitted", "not permitted" },
	[PATH_GUARD] = { "guard", "guard page" },
	[PATH_PAST_END] = { "past-end", "past the end of the file" },
	[PATH_MAPPED] = { "mapped", "already mapped" },
	[PATH_SWAP_IN] = { "swap-in", "swap-in" },
	[PATH_WRITE_NOTIFY] = { "write-notify", "write-notify" },
	[PATH_COPY_MAPPED] = { "copy-mapped", "copy of a mapped page" },
	[PATH_COPY_ZERO] = { "copy-zero", "copy of the zero page" },
	[PATH_COPY_FORK] = { "copy-fork", "copy after fork" },
	[PATH_COPY_CACHE] = { "copy-cache", "copy straight from the cache" },
	[PATH_COPY_READ] = { "copy-read", "copy after reading it" },
	[PATH_MISS_SINGLE] = { "miss-single", "single-page miss" },
	[PATH_MISS_READAHEAD] = { "miss-readahead", "synchronous readahead" },
	[PATH_WAITED] = { "waited", "page still being read" },
	[PATH_MARKER] = { "marker", "hit on the readahead marker" },
	[PATH_HIT] = { "hit", "hit without PTE" },
	[PATH_AROUND] = { "fault-around", "fault-around" },
	[PATH_LARGE_FOLIO] = { "large-folio", "large folio" },
	[PATH_PMD] = { "pmd", "PMD of 2 MiB" },
	[PATH_ZERO_PAGE] = { "zero-page", "zero page" },
	[PATH_NEW_PAGE] = { "new-page", "new page" },
	[PATH_NEW_HUGE] = { "new-huge", "new huge page" },
};

int
fault_path_find(const char *word)
{
	int i;

	for (i = 0; i < PATH_COUNT; i++)
		if (strcmp(path_table[i].word, word) == 0)
			return i;
	return -1;
}

bool
fault_path_reads(enum fault_path path)
{
	return path == PATH_COPY_READ || path == PATH_MISS_SINGLE ||
	    path == PATH_MISS_READAHEAD || path == PATH_MARKER;
}

/* What both looks know. */
static bool
know(const struct fault_look *before, const struct fault_look *after,
    unsigned what)
{
	return (before->known & after->known & what) == what;
}

static enum fault_path
of_signal(const struct fault_touch *t, const struct fault_look *before)
{
	if (t->signal == SIGBUS)
		return t->code == BUS_ADRERR ? PATH_PAST_END : PATH_UNKNOWN;
	if (t->signal != SIGSEGV)
		return PATH_UNKNOWN;
	if (t->code == SEGV_ACCERR)
		return PATH_NOT_PERMITTED;
	if (t->code != SEGV_MAPERR)
		return PATH_UNKNOWN;
	/* MADV_GUARD_INSTALL says MAPERR, too. */
	return (before->known & LOOK_PTE) && before->guard ? PATH_GUARD :
	    PATH_NOT_MAPPED;
}

/* There was a PTE, and it was not good enough. */
static enum fault_path
of_present(const struct fault_touch *t, const struct fault_look *before)
{
	if (!t->write)
		return PATH_UNKNOWN;
	if (t->file && !t->is_private)
		return PATH_WRITE_NOTIFY;
	if (t->file && before->file)
		return PATH_COPY_MAPPED;
	if (!(before->known & LOOK_KIND))
		return PATH_UNKNOWN;
	return before->zero ? PATH_COPY_ZERO :
	    before->exclusive ? PATH_UNKNOWN : PATH_COPY_FORK;
}

/* Cached, content and all, and no PTE. */
static enum fault_path
of_hit(const struct fault_look *before, const struct fault_look *after)
{
	uint64_t more;

	if (!know(before, after, LOOK_PTES))
		return PATH_UNKNOWN;
	more = after->mapped_pages > before->mapped_pages ?
	    after->mapped_pages - before->mapped_pages : 0;
	if ((after->known & LOOK_KIND) ? after->huge : more >= PMD_PAGES)
		return PATH_PMD;
	return more > AROUND_PAGES ? PATH_LARGE_FOLIO :
	    more > 1 ? PATH_AROUND : PATH_HIT;
}

/* A miss that had so many pages come: reclaim may have taken as many, and
 * what the thread had read may have told where they are. */
static enum fault_path
of_miss(uint64_t came, uint64_t read_pages)
{
	if (came > 1 || read_pages > 1 + INDEX_BLOCKS)
		return PATH_MISS_READAHEAD;
	return read_pages == 1 || (came == 1 && read_pages == 0) ?
	    PATH_MISS_SINGLE : PATH_UNKNOWN;
}

/* Without cachestat: what the thread had read tells who began the I/O. */
static enum fault_path
of_file_by_reads(const struct fault_touch *t, const struct fault_look *before,
    const struct fault_look *after)
{
	if (!t->reads_known)
		return PATH_UNKNOWN;
	if (t->major > 0 && t->read_pages > 0)
		return of_miss(0, t->read_pages);
	if (t->read_pages > 0)
		return PATH_MARKER;
	return before->up_to_date ? of_hit(before, after) : PATH_UNKNOWN;
}

/* The page was not there. Whoever waits for its read has a major fault: else
 * it came before the touch, and it is not known how. */
static enum fault_path
of_absent(const struct fault_touch *t, uint64_t came)
{
	/* A file that is nowhere but in memory. */
	if (!t->reads_known && t->major == 0)
		return PATH_NEW_PAGE;
	if (t->major > 0)
		return of_miss(came, t->read_pages);
	return t->read_pages > 0 ? PATH_MARKER : PATH_UNKNOWN;
}

/* A major fault has waited for storage; what was there and is read after all
 * was taken before the touch. */
static enum fault_path
of_copy(const struct fault_touch *t, const struct fault_look *before)
{
	return t->major > 0 && (!before->up_to_date || t->read_pages > 0) ?
	    PATH_COPY_READ : PATH_COPY_CACHE;
}

static enum fault_path
of_file(const struct fault_touch *t, const struct fault_look *before,
    const struct fault_look *after)
{
	uint64_t came;

	if (!(before->known & LOOK_CONTENT))
		return PATH_UNKNOWN;
	if (t->is_private && t->write)
		return of_copy(t, before);
	if (!know(before, after, LOOK_CACHE))
		return of_file_by_reads(t, before, after);
	came = after->cached_pages > before->cached_pages ?
	    after->cached_pages - before->cached_pages : 0;
	if (!before->cached)
		return of_absent(t, came);
	if (!before->up_to_date)
		return PATH_WAITED;
	if (t->major > 0 && t->read_pages > 0)
		return of_miss(came, t->read_pages);
	return came > 0 || t->read_pages > 0 ? PATH_MARKER :
	    of_hit(before, after);
}

static enum fault_path
of_anon(const struct fault_look *after)
{
	if ((after->known & (LOOK_PTE | LOOK_KIND)) != (LOOK_PTE | LOOK_KIND))
		return PATH_UNKNOWN;
	return after->huge ? PATH_NEW_HUGE :
	    after->zero ? PATH_ZERO_PAGE : PATH_NEW_PAGE;
}

enum fault_path
fault_path_of(const struct fault_touch *t, const struct fault_look *before,
    const struct fault_look *after)
{
	if (t->signal != 0)
		return of_signal(t, before);
	if (t->minor == 0 && t->major == 0)
		return PATH_MAPPED;
	if (!(before->known & LOOK_PTE))
		return PATH_UNKNOWN;
	if (before->swapped)
		return PATH_SWAP_IN;
	if (before->present)
		return of_present(t, before);
	return t->file ? of_file(t, before, after) : of_anon(after);
}
