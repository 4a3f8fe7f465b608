/*
 * Windows of readahead, as the kernel decided them, from the tracepoints of
 * readahead (Linux 6.18 and newer). Pure.
 */
#ifndef PAGETIDE_RAWINDOW_H
#define PAGETIDE_RAWINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/tracerecord.h"

enum rawindow_kind {
	RAWINDOW_SYNC,		/* a miss: who touched waits */
	RAWINDOW_ASYNC,		/* the marker was hit: nobody waits */
	RAWINDOW_AROUND,	/* a miss of a mapping: half of it before */
	RAWINDOW_FORCED,	/* WILLNEED, POPULATE, fadvise */
	RAWINDOW_SEEN,		/* no window that the kernel told: what was
				   seen to come with a touch */
	RAWINDOW_KINDS
};
/* "sync", "async", "around", "forced", "seen". */
extern const char *const rawindow_kind_name[RAWINDOW_KINDS];

struct rawindow {
	uint64_t	t_ns;
	uint64_t	first_page, pages;	/* of the file */
	uint64_t	async_pages;	/* the marker is that far before its end;
					   0: it has none */
	uint64_t	trigger_page;	/* what was touched; UINT64_MAX: not
					   known */
	enum rawindow_kind kind;
	uint32_t	order;		/* of the folios, at most */
	uint64_t	tid;		/* no padding: snapshots are compared */
};

/* The last windows of a file. */
enum { READAHEAD_KEPT = 256 };
struct readahead {
	bool		known;
	bool		exact;		/* by tracepoints, else seen */
	bool		use_known;	/* kept_pages .. use_writes */
	uint64_t	windows;	/* in all; the last of them are kept */
	uint64_t	pages;		/* that these asked for */
	uint64_t	lost;		/* records of more of them */
	uint64_t	in_part;	/* more of which not all was seen */
	struct rawindow	window[READAHEAD_KEPT];	/* in turn */
	/* Of the pages of these, each counted once. */
	uint64_t	kept_pages, touched_pages;
	uint64_t	use_writes;	/* of the stamps it is made of */
};
void	readahead_add(struct readahead *, const struct rawindow *);
/* i = 0 is the newest; NULL: not kept. */
const struct rawindow *readahead_at(const struct readahead *, size_t i);
/* The newest with one of these pages, or NULL. */
const struct rawindow *readahead_find(const struct readahead *,
	    uint64_t first_page, uint64_t n_pages);

/* For each run of pages of those that are kept, in order, each page once: when
 * the oldest window that has them was decided. Ends with the first that is not
 * true, which it returns. */
bool	readahead_each(const struct readahead *, bool (*run)(void *arg,
	    uint64_t first_page, uint64_t n_pages, uint64_t since_ns),
	    void *arg);

/* Page of the marker, UINT64_MAX: none. */
uint64_t rawindow_marker(const struct rawindow *);
/* The kernel decides beyond the end of the file and reads up to there: what it
 * reads. False: nothing. */
bool	rawindow_clip(struct rawindow *, uint64_t file_pages);

/* What was seen of each thread until its window is decided. */
enum { RAWINDOW_THREADS = 16 };
struct rawindow_thread {
	uint32_t	tid;		/* 0: free */
	bool		triggered;	/* by trigger_page, as kind */
	enum rawindow_kind kind;
	uint64_t	trigger_page;
	bool		faulted;	/* at fault_page, in its mapping */
	uint64_t	fault_page;
	uint64_t	first_page, end_page;	/* its last window by order;
					   the rest of that may follow */
	uint64_t	async_pages;
};
struct rawindows {
	struct rawindow_thread thread[RAWINDOW_THREADS];
	size_t		next;		/* to be used anew */
};

/* Records have to come in order, thread by thread. True: it is a window. */
bool	rawindows_feed(struct rawindows *, const struct trace_record *,
	    struct rawindow *out);

#endif
