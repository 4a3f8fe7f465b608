/* Why a hint did less than its name promises, where measured facts show it. */
#ifndef PAGETIDE_VERDICT_H
#define PAGETIDE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/layer.h"

/* Pages of the hint's range in each layer, at one moment. */
struct verdict_pages {
	uint64_t	count[LAYER_COUNT];	/* valid where known */
	unsigned	known;			/* LAYER_BITs */
};

struct verdict_facts {
	uint64_t	n_pages;	/* of the range */
	bool		whole;		/* these are all that there are */
	int32_t		err[2];		/* of each call; -1: not made */
	bool		flags_known;	/* the same all over the range */
	unsigned	vmflags;	/* VMF_ bits before the call */
	bool		ptes_fell_known;
	int64_t		ptes_fell;	/* of the whole target */
	struct verdict_pages before, after;
};

enum verdict_kind {
	VERDICT_NONE,		/* nothing to explain, or too little was
				   measured to do so */
	VERDICT_SHORT,		/* fewer pages came than were asked for */
	VERDICT_REFUSED,	/* the call failed */
	VERDICT_STAY,		/* pages that it drops elsewhere stay cached */
	VERDICT_REMARK,		/* it did what it does */
};

struct verdict {
	enum verdict_kind kind;
	const char	*why;		/* NULL: of VERDICT_SHORT it may not
					   be known */
	const char	*command;	/* that would help, or NULL */
	uint64_t	pages, of;	/* that came, of those absent before;
					   else: cached now, of those cached
					   before */
};

/* What came of the hint (index into advice_table). */
void	verdict_find(struct verdict *, unsigned advice,
	    const struct verdict_facts *);

/* A few words on it, which may stand in buf; NULL: there is nothing to say. */
const char *verdict_text(char *buf, size_t size, const struct verdict *);

#endif
