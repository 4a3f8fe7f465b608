/* Access patterns: which page is touched next. Pure, seeded, O(1) memory. */
#ifndef PAGETIDE_PATTERN_H
#define PAGETIDE_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

enum pattern_kind {
	PATTERN_SEQUENTIAL,	/* first, first+1, ... last */
	PATTERN_BACKWARD,	/* last, last-1, ... first */
	PATTERN_RANDOM,		/* uniform, with replacement; n touches */
	PATTERN_STRIDE,		/* first, first+stride, ... while inside */
	PATTERN_SINGLE,		/* first, once, whatever passes says */
	PATTERN_PERMUTATION,	/* each page once a pass, random; each pass
				   in another order */
	PATTERN_HOTSPOT,	/* a share of n touches on the first pages of
				   the range, the others on the rest */
	PATTERN_LOOP,		/* first ... first+set-1, over and over */
	PATTERN_CHUNKED,	/* as sequential; pattern_chunk() says what
				   to hint at the borders of its windows */
	PATTERN_COUNT
};

struct pattern_info {
	const char	*name;	/* "sequential": the word after :work */
	char		 key;	/* 0: none */
	const char	*help;
};

/* Indexed by enum pattern_kind. */
extern const struct pattern_info pattern_table[PATTERN_COUNT];
/* The kind with that name, or -1. */
int	pattern_find(const char *name);

/* How a page is touched. */
enum touch_op {
	TOUCH_READ,	/* load a byte from the mapping */
	TOUCH_WRITE,	/* store a byte: needs a writable mapping */
	TOUCH_PREAD,	/* pread(2) of the page: no mapping involved */
	TOUCH_READ_CALL, /* read(2) of the page, with lseek(2) before it
			   where the page is not the next one */
	TOUCH_COUNT
};

/* The :work word of each: "load", "write", "pread", "read". */
extern const char *const touch_name[TOUCH_COUNT];

/* What a chunked walk does with the window that it leaves. */
enum chunk_behind {
	BEHIND_DONTNEED,	/* madvise(DONTNEED): the PTEs go */
	BEHIND_EVICT,		/* posix_fadvise(DONTNEED) after it: the
				   pages leave the cache, too */
	BEHIND_NONE,
	BEHIND_COUNT
};
extern const char *const chunk_behind_name[BEHIND_COUNT];

/* What to walk: plain data, travels in an order. */
struct pattern_spec {
	uint32_t	kind;		/* enum pattern_kind */
	uint32_t	op;		/* enum touch_op */
	uint32_t	passes;		/* 0: forever */
	uint64_t	first_page;
	uint64_t	n_pages;	/* > 0 */
	uint64_t	stride_pages;	/* PATTERN_STRIDE; 0 counts as 1 */
	uint64_t	seed;		/* of all that is random */
	uint64_t	max_touches;	/* 0: no cap */
	uint64_t	max_read_bytes;	/* from storage, then the walk ends;
					   looked at once a millisecond; 0: no
					   cap. The pattern knows nothing of
					   it */
	uint64_t	set_pages;	/* PATTERN_LOOP; 0: the whole range */
	uint64_t	window_pages;	/* PATTERN_CHUNKED: > 0 */
	uint32_t	behind;		/* PATTERN_CHUNKED: chunk_behind */
	uint32_t	paused;		/* it begins so: a step touches its
					   first page; nothing to the pattern */
	uint32_t	hot_pages_permille;	/* PATTERN_HOTSPOT: 1..1000,
						   at least one page */
	uint32_t	hot_touches_permille;	/* of them on these, 0..1000 */
};

struct pattern {
	struct pattern_spec spec;
	uint64_t	done;		/* touches given so far */
	uint64_t	in_pass;	/* of them in this pass */
	uint32_t	pass;
	uint64_t	rng;
	bool		over;		/* pattern_next() has said so */
};

/* Pages of the range, from first_page up where not said otherwise. */
struct chunk {
	uint64_t	ahead_first, ahead_pages;	/* 0 pages: none */
	uint64_t	behind_first, behind_pages;
};

/* 0, or -EINVAL when the spec makes no sense (no pages, unknown kind). */
int	pattern_start(struct pattern *, const struct pattern_spec *);
/* Next page to touch; false when the walk is over. */
bool	pattern_next(struct pattern *, uint64_t *page);
/*
 * What a chunked walk hints before it touches the page that pattern_next()
 * has just given, or now that it is over (then only behind): a window is
 * asked for while the one before it is touched, and left when the next one
 * is entered. False: nothing.
 */
bool	pattern_chunk(const struct pattern *, struct chunk *);
/* Touches of one pass. */
uint64_t pattern_pass_touches(const struct pattern_spec *);
/* So many different pages it touches in all, at most. */
uint64_t pattern_reach(const struct pattern_spec *);

#endif
