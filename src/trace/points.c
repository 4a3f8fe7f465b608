#include "config.h"

#include "points.h"

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
