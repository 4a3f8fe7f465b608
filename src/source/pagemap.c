#include "config.h"

#include "pagemap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "pagetide/layer.h"

#define ENTRY_PRESENT (UINT64_C(1) << 63)
#define ENTRY_FILE (UINT64_C(1) << 61)
#define ENTRY_EXCLUSIVE (UINT64_C(1) << 56)

/* PAGEMAP_SCAN, Linux 6.7. Newer than the headers of many systems. */
#define REGION_FILE (1 << 2)
#define REGION_PRESENT (1 << 3)
#define REGION_ZERO (1 << 5)
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

void
pagemap_init(struct pagemap *pm, uint32_t page_bytes)
{
	pm->fd = -1;
	pm->page_bytes = page_bytes;
	pm->addr = pm->first_page = pm->pages = 0;
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

/* Asks for the runs of present pages in [start, end); < 0: -errno. */
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
		.category_mask = REGION_PRESENT,
		.return_mask = REGION_PRESENT | REGION_FILE | REGION_ZERO,
	};
	int n;

	n = ioctl(pm->fd, SCAN_IOCTL, &arg);
	*walk_end = arg.walk_end;
	return n < 0 ? -errno : n;
}

const struct scan_reader *
pagemap_reader(struct pagemap *pm)
{
	uint64_t walk_end;

	if (scan(pm, pm->addr, pm->addr + pm->page_bytes, &walk_end) >= 0)
		return &pagemap_scan_reader;
	return &pagemap_plain_reader;
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
	return layers;
}

/* Layers of a run by its categories. */
static unsigned
region_layers(uint64_t categories)
{
	unsigned layers = LAYER_BIT(LAYER_MAPPED);

	if (!(categories & (REGION_FILE | REGION_ZERO)))
		layers |= LAYER_BIT(LAYER_PRIVATE);
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
 * behind it is told at once. */
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
	uint64_t to = call_end(pm, page, end, SCAN_RANGE), walk_end;
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
	ssize_t n;

	if (!is_inside(pm, page))
		return to;
	n = pread(pm->fd, pm->buf.entry, (to - page) * sizeof at,
	    at * sizeof at);
	if (n > 0)
		got = n / sizeof at;
	pagemap_runs(pm->buf.entry, got, page, sink);
	/* A short read: the address space is gone, not the pages. */
	if (page + got < to)
		sink->put(sink, page + got, to - page - got, SCAN_UNKNOWN);
	return to;
}

const struct scan_reader pagemap_scan_reader = {
	.name = "PAGEMAP_SCAN",
	.layers = LAYER_BIT(LAYER_MAPPED) | LAYER_BIT(LAYER_PRIVATE),
	.runs = scan_runs,
};

const struct scan_reader pagemap_plain_reader = {
	.name = "pagemap",
	.layers = LAYER_BIT(LAYER_MAPPED) | LAYER_BIT(LAYER_PRIVATE),
	.runs = plain_runs,
};
