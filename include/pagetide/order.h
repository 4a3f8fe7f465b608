/*
 * What the app asks of a worker (real or simulated), and what comes back.
 * Plain data of fixed size: it travels over a socket and in shared memory.
 */
#ifndef PAGETIDE_ORDER_H
#define PAGETIDE_ORDER_H

#include <stdatomic.h>
#include <stdint.h>

#include "pagetide/latency.h"
#include "pagetide/own.h"
#include "pagetide/pattern.h"
#include "pagetide/touchwhy.h"
#include "pagetide/workset.h"

enum order_op {
	ORDER_MAP,	/* map the target afresh: first_page, n_pages,
			   map_flags */
	ORDER_ADVISE,	/* advice on first_page, n_pages */
	ORDER_WORK,	/* start a walk, replacing the one that runs */
	ORDER_STOP,	/* stop the walk */
	ORDER_PAUSE,	/* it touches nothing until it is to go on: pause */
	ORDER_STEP,	/* pauses it, and touches its next page */
	ORDER_TRESPASS,	/* touch where the kernel has to refuse: trespass,
			   first_page */
	ORDER_PACE,	/* a new pace_per_s for the walk that runs */
	ORDER_FORK,	/* become two: a socket and memory to share for the
			   copy come with it (worker.h) */
	ORDER_QUIT,
};

/* Whether a walk pauses. */
enum pause {
	PAUSE_OFF,	/* it goes on */
	PAUSE_ON,
	PAUSE_TOGGLE,	/* the other of the two */
};

/* Where a touch gets a signal. */
enum trespass {
	TRESPASS_BEYOND,	/* mapped, but past the end of the file */
	TRESPASS_UNMAPPED,	/* nothing is mapped there */
	TRESPASS_WRITE,		/* a page that may only be read */
	TRESPASS_COUNT
};

/* How the worker maps the target. */
enum {
	MAP_SPEC_PRIVATE = 1 << 0,	/* MAP_PRIVATE, else MAP_SHARED */
	MAP_SPEC_WRITE = 1 << 1,	/* PROT_WRITE too: PRIVATE, or SHARED on
					   a file that pagetide made itself */
	MAP_SPEC_POPULATE = 1 << 2,	/* MAP_POPULATE */
	MAP_SPEC_LOCKED = 1 << 3,	/* MAP_LOCKED */
	MAP_SPEC_ANON = 1 << 4,		/* MAP_ANONYMOUS, no file */
};

/* How the worker counts what an act does itself (own.h). */
enum {
	ORDER_COUNT = 1 << 0,		/* it does; PTEs in any case */
	ORDER_COUNT_CACHESTAT = 1 << 1,	/* the page cache by cachestat ... */
	ORDER_COUNT_MINCORE = 1 << 2,	/* ... else by mincore, which does not
					   lie here */
};

struct order {
	uint32_t	seq;		/* given back in the report */
	uint32_t	op;		/* enum order_op */
	uint32_t	advice;		/* index into advice_table */
	uint32_t	map_flags;	/* ORDER_MAP: MAP_SPEC_ bits */
	uint64_t	first_page;
	uint64_t	n_pages;
	uint64_t	stamps_max_bytes;	/* ORDER_MAP, ORDER_WORK: what
					   they may take from now on; 0:
					   STAMPS_MAX_BYTES */
	uint64_t	chunk_pages;	/* ORDER_ADVISE with ADVICE_CHUNKS:
					   pages of one call, > 0 */
	uint64_t	pace_per_s;	/* ORDER_WORK, ORDER_PACE: touches a
					   second; 0: full speed */
	uint32_t	pause;		/* ORDER_PAUSE: enum pause */
	uint32_t	trespass;	/* ORDER_TRESPASS: enum trespass */
	struct pattern_spec work;
	uint32_t	count;		/* how an act is counted, and touches
					   are looked at: ORDER_COUNT bits */
	uint64_t	readahead_pages;	/* of the file; 0: not known */
};

/* What became of one touch. */
struct one_touch {
	uint64_t	page;		/* not of TRESPASS_UNMAPPED */
	uint64_t	ns;		/* it took, or took until the signal;
					   the clock's own cost is in it */
	uint64_t	read_bytes;	/* from storage, for the worker */
	uint32_t	kind;		/* enum latency_kind */
	int32_t		signal;		/* 0: none, it was made */
	int32_t		code;		/* si_code of that signal */
	uint32_t	trespass;	/* of an ORDER_TRESPASS */
	uint64_t	addr;		/* si_addr; of a touch without a signal
					   its own, if it was looked at */
	uint64_t	begin_ns;	/* when it began; 0: not known */
	uint32_t	byte_known;	/* of what is our own alone: a mapping
					   through which it may be written */
	uint32_t	byte;		/* the first of the page, read or
					   written */
	struct touch_why why;
};

/*
 * One report for each order, in order. One more (op ORDER_WORK, seq of the
 * order that started it, done = 1) when a walk ends by itself; and one (op
 * ORDER_ADVISE, done = 1) when the last page of a hint is there, or is not
 * waited for any longer: own says no more than arrival, arrived_ns, and of
 * OWN_ARRIVAL_LATE in_flight.
 */
struct report {
	uint32_t	seq;
	uint32_t	op;
	uint32_t	done;		/* the walk of this seq ended */
	int32_t		err[2];		/* 0 or errno of each call made; -1:
					   the call was not made. EINVAL also
					   when the order makes no sense, as
					   with a range that does not begin
					   inside the mapping; EACCES when it
					   is to write and may not; ESRCH
					   where there is no walk to pause or
					   step; EFAULT when its one touch, or
					   step, got a signal, or what was to
					   get one */
	uint64_t	begin_ns;	/* monotonic, around the calls (of an
					   ORDER_MAP: the mmap alone); when
					   done both say when it ended */
	uint64_t	end_ns;
	uint64_t	call_ns[2];	/* how long each call took; 0: not
					   made, or not timed */
	uint64_t	touches;	/* of the walk, when done */
	uint64_t	calls;		/* of ADVICE_CHUNKS: made, up to and
					   with the first that failed */
	uint32_t	capped;		/* the walk was ended by its
					   max_read_bytes */
	uint32_t	paused;		/* there is a walk, and it pauses */
	int32_t		forked_pid;	/* ORDER_FORK: of the copy */
	struct one_touch touched;	/* ORDER_STEP, ORDER_TRESPASS;
					   PATTERN_SINGLE when done */
	struct own	own;
};

enum { WORK_SEEN = 256 };

/* Written by the worker, read by the app at any time. */
struct work_shared {
	_Atomic uint64_t map_addr;	/* start of the mapping; 0: none */
	_Atomic uint64_t map_pages;
	_Atomic uint64_t map_first_page;	/* of the target, at map_addr */
	_Atomic uint32_t map_flags;	/* MAP_SPEC_ bits */
	_Atomic uint64_t cursor_page;	/* being touched, or touched last */
	_Atomic uint64_t touches;	/* since the worker started */
	_Atomic uint32_t running;	/* a walk is on, */
	_Atomic uint32_t paused;	/* and pauses */
	_Atomic uint32_t walk_seq;	/* seq of the order that started it */
	_Atomic uint64_t walk_ns;	/* when it started: before all touches */
	_Atomic uint32_t walk_kind;	/* its enum pattern_kind */
	_Atomic uint64_t pace_per_s;
	/* struct latency of the walk that runs, or ran last. */
	_Atomic uint64_t latency[LATENCY_KINDS][LATENCY_BUCKETS];
	_Atomic uint64_t stray_minor, stray_major;
	/* struct path_counts of it. */
	_Atomic uint64_t path_touches[PATH_COUNT], path_ns[PATH_COUNT];
	_Atomic uint64_t path_looked, path_one_of, path_looks_ns;
	/* What was seen to come with a touch, in turn; since the mapping. */
	_Atomic uint64_t seen;
	_Atomic uint64_t seen_first_page[WORK_SEEN], seen_pages[WORK_SEEN];
	_Atomic uint64_t seen_trigger_page[WORK_SEEN], seen_ns[WORK_SEEN];
	_Atomic uint64_t seen_sum[WORK_SEEN];	/* pages of all up to here */
	/* Touches that had pages read of which not all is known. */
	_Atomic uint64_t seen_in_part;
	/* Pages of the mapping by when they were touched last. */
	struct workset	workset;
	/*
	 * When each was: 16 bits a page from WORK_STAMPS_OFFSET on, the
	 * slot less stamps_base, or 0 for one too old to be kept. That part is
	 * sparse: it is read with pread, and never mapped.
	 */
	_Atomic uint64_t stamps_base;
	_Atomic uint64_t stamps_first_page, stamps_pages; /* of the target */
	_Atomic uint32_t stamps_version; /* odd: all of this changes; 0: there
					    is none yet */
	_Atomic int32_t stamps_err;	/* why it is not kept; 0: it is; ENOSPC:
					   it took too much */
	_Atomic uint64_t stamps_writes;	/* counts up when it was changed; no
					   later than a moment after a touch */
};

/* What the stamps may take: those of 512 GiB, or of 65536 pages that are more
 * than 8 MiB apart. */
#define STAMPS_MAX_BYTES (UINT64_C(256) << 20)
/* Where the stamps begin in the memory that begins with a work_shared. */
#define WORK_STAMPS_OFFSET (UINT64_C(1) << 20)

#endif
