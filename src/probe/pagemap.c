#include "config.h"

#include "pagemap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/foreign.h"
#include "pagetide/layer.h"
#include "pagetide/linuxver.h"

#define ENTRY_PRESENT (UINT64_C(1) << 63)
#define ENTRY_SWAP (UINT64_C(1) << 62)
#define ENTRY_FILE (UINT64_C(1) << 61)
#define ENTRY_GUARD (UINT64_C(1) << 58)
#define ENTRY_MARKED (UINT64_C(1) << 57)	/* by userfaultfd */
#define ENTRY_EXCLUSIVE (UINT64_C(1) << 56)

/* PAGEMAP_SCAN, Linux 6.7. Newer than the headers of many systems. */
#define REGION_WRITTEN (1 << 1)	/* without: marked by userfaultfd */
#define REGION_FILE (1 << 2)
#define REGION_PRESENT (1 << 3)
#define REGION_SWAPPED (1 << 4)
#define REGION_ZERO (1 << 5)
#define REGION_HUGE (1 << 6)
#define REGION_GUARD (1 << 8)	/* Linux 6.16 */
#define ASK_TABLES (REGION_PRESENT | REGION_FILE | REGION_ZERO)
#define ASK_SOME (ASK_TABLES | REGION_HUGE | REGION_SWAPPED | REGION_WRITTEN)
#define ASK_KINDS (ASK_SOME | REGION_GUARD)
struct scan_arg {
	uint64_t	size, flags;
	uint64_t	start, end, walk_end;
	uint64_t	vec, vec_len, max_pages;
	uint64_t	category_inverted, category_mask,
			category_anyof_mask, return_mask;
};
#ifdef NO_NEW_SYSCALLS
#define SCAN_IOCTL 0		/* no request: an error, as on an old kernel */
#else
#define SCAN_IOCTL _IOWR('f', 16, struct scan_arg)
#endif
/* Pages of one PAGEMAP_SCAN: a millisecond if all are mapped one by one ... */
#define SCAN_CHUNK (UINT64_C(1) << 16)
/* ... and the range it finds them in: 3 ms if all page tables are there, but
 * empty. */
#define SCAN_RANGE (UINT64_C(1) << 21)
/* The same of a process that is not ours: 8 MiB of pages of 4 KiB, some 6 us.
 * Its mmap waits for that long at most, and does not sleep: who wants the lock
 * spins for 15 us before (rwsem_rspin_threshold of Linux). */
#define FOREIGN_RANGE (UINT64_C(1) << 11)
/* Of its time no more than a 50th is spent reading its page tables ... */
#define REST_TIMES 49
/* ... but where a call took long because others ran. */
#define REST_MAX_NS (20 * NS_PER_MS)

void
pagemap_init(struct pagemap *pm, uint32_t page_bytes)
{
	pm->fd = -1;
	pm->page_bytes = page_bytes;
	pm->addr = pm->first_page = pm->pages = 0;
	pm->foreign = NULL;
	pm->kinds = false;
	pm->asked = ASK_TABLES;
}

void
pagemap_close(struct pagemap *pm)
{
	if (pm->fd >= 0)
		close(pm->fd);
	pagemap_init(pm, pm->page_bytes);
}

int
pagemap_open(struct pagemap *pm, pid_t pid, uint64_t addr,
    uint64_t first_page, uint64_t pages)
{
	char path[64];

	pagemap_close(pm);
	snprintf(path, sizeof path, "/proc/%d/pagemap", (int)pid);
	pm->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (pm->fd < 0)
		return -errno;
	pm->addr = addr;
	pm->first_page = first_page;
	pm->pages = pages;
	return 0;
}

bool
pagemap_entry(const struct pagemap *pm, uint64_t addr, uint64_t *entry)
{
	return pread(pm->fd, entry, sizeof *entry,
	    addr / pm->page_bytes * sizeof *entry) == sizeof *entry;
}

int
pagemap_open_foreign(struct pagemap *pm, const struct foreign *f,
    uint64_t addr, uint64_t first_page, uint64_t pages)
{
	pagemap_close(pm);
	pm->fd = fcntl(f->pagemap, F_DUPFD_CLOEXEC, 0);
	if (pm->fd < 0)
		return -errno;
	pm->addr = addr;
	pm->first_page = first_page;
	pm->pages = pages;
	pm->foreign = f;
	return 0;
}

/* Is it what is to be read there? Asked before and after. */
static bool
holds(const struct pagemap *pm, uint64_t start, uint64_t end)
{
	return pm->foreign == NULL || foreign_holds(pm->foreign, start, end);
}

/* Rests after page tables of a process were read since then. */
static void
rest(const struct pagemap *pm, uint64_t since_ns)
{
	uint64_t ns = REST_TIMES * (clock_now_ns() - since_ns);
	struct timespec t = { 0 };

	if (pm->foreign == NULL)
		return;
	t.tv_nsec = (long)(ns < REST_MAX_NS ? ns : REST_MAX_NS);
	nanosleep(&t, NULL);
}

/*
 * Is the address space still there? A scan of one that is gone, or that is
 * being taken apart, may succeed and find nothing (Linux 6.18.44, seen); a
 * read ends at once then.
 */
static bool
is_alive(const struct pagemap *pm, uint64_t addr)
{
	uint64_t entry;

	return pagemap_entry(pm, addr, &entry);
}

bool
pagemap_kind(struct pagemap *pm, uint64_t addr, unsigned *kinds)
{
	struct scan_arg arg = {
		.size = sizeof arg,
		.start = addr,
		.end = addr + pm->page_bytes,
		.vec = (uintptr_t)pm->buf.region,
		.vec_len = 1,
		.category_mask = REGION_PRESENT,
		.return_mask = REGION_ZERO | REGION_HUGE,
	};
	int n = ioctl(pm->fd, SCAN_IOCTL, &arg);
	uint64_t c = n > 0 ? pm->buf.region[0].categories : 0;

	*kinds = (c & REGION_ZERO ? PAGEMAP_KIND_ZERO : 0) |
	    (c & REGION_HUGE ? PAGEMAP_KIND_HUGE : 0);
	return n >= 0;
}

/* Asks for the runs of pages in [start, end) that are present, or anything of
 * what is asked for; < 0: -errno. */
static int
scan(struct pagemap *pm, uint64_t start, uint64_t end, uint64_t *walk_end)
{
	struct scan_arg arg = {
		.size = sizeof arg,
		.start = start,
		.end = end,
		.vec = (uintptr_t)pm->buf.region,
		.vec_len = PAGEMAP_REGIONS,
		.max_pages = SCAN_CHUNK,
		.category_anyof_mask = REGION_PRESENT |
		    (pm->asked & REGION_SWAPPED),
		.return_mask = pm->asked,
	};
	bool held = holds(pm, start, end);
	uint64_t since_ns = clock_now_ns();
	int n = ioctl(pm->fd, SCAN_IOCTL, &arg), err = errno;

	held = held && holds(pm, start, end);
	rest(pm, since_ns);
	*walk_end = arg.walk_end;
	if (n < 0 || !held)
		return n < 0 ? -err : -ESTALE;
	return is_alive(pm, start) ? n : -ESRCH;
}

/* Can it be asked for these? */
static bool
tells(struct pagemap *pm, uint64_t categories)
{
	uint64_t walk_end;

	pm->asked = categories;
	return scan(pm, pm->addr, pm->addr + pm->page_bytes, &walk_end) >= 0;
}

/* May a page that is marked as swapped be a guard page, and nothing tells?
 * since: the version that tells by what is asked, UINT_MAX: none. */
static bool
hides_guards(unsigned since)
{
	unsigned runs = linuxver();

	return runs == 0 || (runs >= LINUXVER(6, 13) && runs < since);
}

const struct scan_reader *
pagemap_reader(struct pagemap *pm)
{
	if (pm->kinds && tells(pm, ASK_KINDS))
		return &pagemap_kinds_reader;
	if (pm->kinds && tells(pm, ASK_SOME))
		return hides_guards(UINT_MAX) ? &pagemap_some_reader :
		    &pagemap_kinds_reader;
	if (tells(pm, ASK_TABLES))
		return &pagemap_scan_reader;
	return pm->kinds && !hides_guards(LINUXVER(6, 15)) ?
	    &pagemap_entries_reader : &pagemap_plain_reader;
}

unsigned
pagemap_layers(uint64_t entry)
{
	unsigned layers = 0;

	if (entry & ENTRY_PRESENT)
		layers |= LAYER_BIT(LAYER_MAPPED);
	if ((entry & (ENTRY_PRESENT | ENTRY_FILE | ENTRY_EXCLUSIVE)) ==
	    (ENTRY_PRESENT | ENTRY_EXCLUSIVE))
		layers |= LAYER_BIT(LAYER_PRIVATE);
	if (entry & ENTRY_GUARD)
		layers |= LAYER_BIT(LAYER_GUARD);
	else if (entry & ENTRY_SWAP)
		layers |= entry & ENTRY_MARKED ? SCAN_SWAP_UNKNOWN :
		    LAYER_BIT(LAYER_SWAPPED);
	return layers;
}

/* Layers of a run by its categories. */
static unsigned
region_layers(uint64_t categories)
{
	unsigned layers = LAYER_BIT(LAYER_MAPPED);

	if (categories & REGION_GUARD)
		return LAYER_BIT(LAYER_GUARD);
	if (categories & REGION_SWAPPED)
		return categories & REGION_WRITTEN ?
		    LAYER_BIT(LAYER_SWAPPED) : SCAN_SWAP_UNKNOWN;
	if (!(categories & (REGION_FILE | REGION_ZERO)))
		layers |= LAYER_BIT(LAYER_PRIVATE);
	if (categories & REGION_ZERO)
		layers |= LAYER_BIT(LAYER_ZERO);
	if (categories & REGION_HUGE)
		layers |= LAYER_BIT(LAYER_HUGE);
	return layers;
}

void
pagemap_runs(const uint64_t *entry, size_t n, uint64_t page,
    struct scan_sink *sink)
{
	size_t i = 0, start;
	unsigned layers;

	while (i < n) {
		layers = pagemap_layers(entry[i]);
		start = i;
		while (i < n && pagemap_layers(entry[i]) == layers)
			i++;
		if (layers != 0)
			sink->put(sink, page + start, i - start, layers);
	}
}

/* Of a page inside the mapping. */
static uint64_t
page_addr(const struct pagemap *pm, uint64_t page)
{
	return pm->addr + (page - pm->first_page) * pm->page_bytes;
}

/* The page that is at an address inside the mapping, or at its end. */
static uint64_t
page_at(const struct pagemap *pm, uint64_t addr)
{
	return pm->first_page + (addr - pm->addr) / pm->page_bytes;
}

static bool
is_inside(const struct pagemap *pm, uint64_t page)
{
	return page >= pm->first_page &&
	    page - pm->first_page < pm->pages;
}

/* Where a call for [page, end) ends; what is before the mapping and what is
 * behind it is reported at once. */
static uint64_t
call_end(const struct pagemap *pm, uint64_t page, uint64_t end, uint64_t max)
{
	uint64_t map_end = pm->first_page + pm->pages;

	if (page < pm->first_page)
		return end < pm->first_page ? end : pm->first_page;
	if (page >= map_end)
		return end;
	if (end > map_end)
		end = map_end;
	return end - page < max ? end : page + max;
}

static uint64_t
scan_runs(void *self, uint64_t page, uint64_t end, struct scan_sink *sink)
{
	struct pagemap *pm = self;
	uint64_t to = call_end(pm, page, end, pm->foreign != NULL ?
	    FOREIGN_RANGE : SCAN_RANGE), walk_end;
	const struct pagemap_region *r = pm->buf.region;
	int i, n;

	if (!is_inside(pm, page))
		return to;
	n = scan(pm, page_addr(pm, page), page_addr(pm, to), &walk_end);
	if (n < 0 || walk_end <= page_addr(pm, page)) {
		sink->put(sink, page, to - page, SCAN_UNKNOWN);
		return to;
	}
	for (i = 0; i < n; i++)
		sink->put(sink, page_at(pm, r[i].start),
		    (r[i].end - r[i].start) / pm->page_bytes,
		    region_layers(r[i].categories));
	return page_at(pm, walk_end);
}

static uint64_t
plain_runs(void *self, uint64_t page, uint64_t end, struct scan_sink *sink)
{
	struct pagemap *pm = self;
	uint64_t to = call_end(pm, page, end, PAGEMAP_CHUNK), got = 0;
	uint64_t at = page_addr(pm, page) / pm->page_bytes;
	uint64_t addr = page_addr(pm, page), to_addr = page_addr(pm, to);
	uint64_t since_ns = clock_now_ns();
	bool held = holds(pm, addr, to_addr);
	ssize_t n;

	if (!is_inside(pm, page))
		return to;
	n = pread(pm->fd, pm->buf.entry, (to - page) * sizeof at,
	    at * sizeof at);
	held = held && holds(pm, addr, to_addr);
	rest(pm, since_ns);
	if (n > 0 && held)
		got = n / sizeof at;
	pagemap_runs(pm->buf.entry, got, page, sink);
	/* A short read: the address space is gone, not the pages. */
	if (page + got < to)
		sink->put(sink, page + got, to - page - got, SCAN_UNKNOWN);
	return to;
}

#define TABLES (LAYER_BIT(LAYER_MAPPED) | LAYER_BIT(LAYER_PRIVATE))

const struct scan_reader pagemap_scan_reader = {
	.name = "PAGEMAP_SCAN",
	.layers = TABLES,
	.runs = scan_runs,
};

const struct scan_reader pagemap_kinds_reader = {
	.name = "PAGEMAP_SCAN",
	.layers = TABLES | LAYER_KINDS,
	.runs = scan_runs,
};

const struct scan_reader pagemap_some_reader = {
	.name = "PAGEMAP_SCAN",
	.layers = TABLES | LAYER_BIT(LAYER_ZERO) | LAYER_BIT(LAYER_HUGE),
	.runs = scan_runs,
};

const struct scan_reader pagemap_plain_reader = {
	.name = "pagemap",
	.layers = TABLES,
	.runs = plain_runs,
};

const struct scan_reader pagemap_entries_reader = {
	.name = "pagemap",
	.layers = TABLES | LAYER_BIT(LAYER_SWAPPED) | LAYER_BIT(LAYER_GUARD),
	.runs = plain_runs,
};
