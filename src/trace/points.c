#include "config.h"

#include "points.h"

#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <sys/ioctl.h>

#define LITTLE_ENDIAN_HERE (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

#define FILEMAP(n, ...) { "filemap", n, { __VA_ARGS__ }, TRACE_OF_FILE }
#define READAHEAD(n, ...) { "readahead", n, { __VA_ARGS__ }, TRACE_OF_FILE }
#define FAULT(n) { "exceptions", n, { "address", "error_code" }, TRACE_OF_ADDR }

/* readahead:* came with Linux 6.18. */
const struct trace_name trace_names[TRACE_COUNT] = {
	[TRACE_FAULT_USER] = FAULT("page_fault_user"),
	[TRACE_FAULT_KERNEL] = FAULT("page_fault_kernel"),
	[TRACE_FILEMAP_FAULT] = FILEMAP("mm_filemap_fault", "index"),
	[TRACE_MAP_PAGES] = FILEMAP("mm_filemap_map_pages", "index",
	    "last_index"),
	[TRACE_ADD] = FILEMAP("mm_filemap_add_to_page_cache", "index",
	    "order"),
	[TRACE_DELETE] = FILEMAP("mm_filemap_delete_from_page_cache", "index",
	    "order"),
	[TRACE_RA_ORDER] = READAHEAD("page_cache_ra_order", "index", "size",
	    "async_size", "order"),
	[TRACE_RA_UNBOUNDED] = READAHEAD("page_cache_ra_unbounded", "index",
	    "nr_to_read", "lookahead_size"),
	[TRACE_SYNC_RA] = READAHEAD("page_cache_sync_ra", "index",
	    "req_count"),
	[TRACE_ASYNC_RA] = READAHEAD("page_cache_async_ra", "index",
	    "req_count"),
	[TRACE_MINOR] = { NULL, NULL, { "address" }, TRACE_OF_ADDR },
	[TRACE_MAJOR] = { NULL, NULL, { "address" }, TRACE_OF_ADDR },
};

void
points_event(enum trace_point p, const struct trace_format *f,
    struct perf_event_attr *a)
{
	bool tracepoint = trace_names[p].name != NULL;

	a->type = tracepoint ? PERF_TYPE_TRACEPOINT : PERF_TYPE_SOFTWARE;
	a->config = tracepoint ? (uint64_t)f->id : p == TRACE_MINOR ?
	    PERF_COUNT_SW_PAGE_FAULTS_MIN : PERF_COUNT_SW_PAGE_FAULTS_MAJ;
}

int
points_filter(int fd, enum trace_point p, const struct trace_what *w)
{
	char text[160];

	if (trace_names[p].name == NULL)
		return 0;	/* a software event has no fields */
	if (trace_names[p].of == TRACE_OF_FILE && w->ino == 0)
		return 0;	/* of any file */
	if (trace_names[p].of == TRACE_OF_FILE)
		snprintf(text, sizeof text, "i_ino == %" PRIu64
		    " && s_dev == %" PRIu32, w->ino,
		    w->dev_major << 20 | w->dev_minor);
	else
		snprintf(text, sizeof text, "address >= %" PRIu64
		    " && address < %" PRIu64, w->addr,
		    w->addr + w->addr_bytes);
	return ioctl(fd, PERF_EVENT_IOC_SET_FILTER, text);
}

uint64_t
points_number(const char *raw, size_t len, const struct trace_field *f)
{
	uint64_t v = 0;
	size_t i;

	if ((size_t)f->offset + f->bytes > len)
		return 0;
	raw += f->offset;
	for (i = 0; i < f->bytes; i++)
		v |= (uint64_t)(unsigned char)raw[
		    LITTLE_ENDIAN_HERE ? i : f->bytes - 1 - i] << 8 * i;
	return v;
}
