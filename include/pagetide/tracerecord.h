/* What tracepoints of the kernel say, one record at a time. Plain data. */
#ifndef PAGETIDE_TRACERECORD_H
#define PAGETIDE_TRACERECORD_H

#include <stdint.h>

/* What is recorded, with its arguments: arg[0] is the first one named. */
enum trace_point {
	TRACE_FAULT_USER,	/* address, error_code: a fault begins */
	TRACE_FAULT_KERNEL,	/* the same in a system call */
	TRACE_FILEMAP_FAULT,	/* index: of a miss, or a marker */
	TRACE_MAP_PAGES,	/* index, last_index: fault-around */
	TRACE_ADD,		/* index, order: a folio in the page cache */
	TRACE_DELETE,		/* index, order: out of it */
	TRACE_RA_ORDER,		/* index, size, async_size, order: a window */
	TRACE_RA_UNBOUNDED,	/* index, nr_to_read, lookahead_size */
	TRACE_SYNC_RA,		/* index, req_count: the trigger of a window */
	TRACE_ASYNC_RA,		/* the same of the marker */
	TRACE_MINOR,		/* address: a fault ended, minor */
	TRACE_MAJOR,		/* address: ... major */
	TRACE_COUNT,
	TRACE_LOST = TRACE_COUNT	/* no point: arg[0] records were lost
					   here */
};
#define TRACE_BIT(point) (1u << (point))
/* Never all of these: mm_filemap_get_pages, at every read(2), is not here. */
#define TRACE_FAULTS (TRACE_BIT(TRACE_FAULT_USER) | \
    TRACE_BIT(TRACE_FAULT_KERNEL) | TRACE_BIT(TRACE_FILEMAP_FAULT) | \
    TRACE_BIT(TRACE_MAP_PAGES) | TRACE_BIT(TRACE_MINOR) | \
    TRACE_BIT(TRACE_MAJOR))
#define TRACE_WINDOWS (TRACE_BIT(TRACE_RA_ORDER) | \
    TRACE_BIT(TRACE_RA_UNBOUNDED) | TRACE_BIT(TRACE_SYNC_RA) | \
    TRACE_BIT(TRACE_ASYNC_RA))

/* How far it is to be read. */
enum trace_state {
	TRACE_STATE_OFF,	/* nobody asks for it */
	TRACE_STATE_OPENING,	/* their formats are being read */
	TRACE_STATE_ON,
	TRACE_STATE_REFUSED,
	TRACE_STATES
};

enum { TRACE_ARGS = 4 };

struct trace_record {
	uint64_t	t_ns;		/* CLOCK_MONOTONIC */
	uint32_t	pid, tid;
	enum trace_point point;
	uint64_t	arg[TRACE_ARGS];
};

#endif
