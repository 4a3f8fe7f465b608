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
	PATTERN_COUNT
};

struct pattern_info {
	const char	*name;	/* "sequential": the word after :work */
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
	TOUCH_PREAD,	/* pread(2) of one byte: no mapping involved */
};

/* What to walk: plain data, travels in an order. */
struct pattern_spec {
	uint32_t	kind;		/* enum pattern_kind */
	uint32_t	op;		/* enum touch_op */
	uint32_t	passes;		/* 0: for ever */
	uint64_t	first_page;
	uint64_t	n_pages;	/* > 0 */
	uint64_t	stride_pages;	/* PATTERN_STRIDE; 0 counts as 1 */
	uint64_t	seed;		/* PATTERN_RANDOM */
	uint64_t	max_touches;	/* 0: no cap */
};

struct pattern {
	struct pattern_spec spec;
	uint64_t	done;		/* touches given so far */
	uint64_t	in_pass;	/* of them in this pass */
	uint32_t	pass;
	uint64_t	rng;
};

/* 0, or -EINVAL when the spec makes no sense (no pages, unknown kind). */
int	pattern_start(struct pattern *, const struct pattern_spec *);
/* Next page to touch; false when the walk is over. */
bool	pattern_next(struct pattern *, uint64_t *page);
/* Touches of one pass. */
uint64_t pattern_pass_touches(const struct pattern_spec *);

#endif
