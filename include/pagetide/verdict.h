/* Why a hint did less than its name promises, where measured facts show it. */
#ifndef PAGETIDE_VERDICT_H
#define PAGETIDE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/layer.h"
#include "pagetide/refusal.h"

/* Other processes with PTEs of pages of the range. */
struct verdict_holders {
	bool		known;		/* it was looked for */
	bool		cut;		/* ... but not in all of them */
	uint32_t	seen;		/* processes that were looked into */
	uint32_t	hidden;		/* ... that nobody lets us look into */
	uint32_t	mappers;	/* with PTEs ... */
	uint32_t	lockers;	/* ... in a locked mapping */
	uint64_t	pages;		/* the most PTEs that one of them has,
					   at least */
	int32_t		pid;		/* one of them: a locker if there is
					   one */
	char		name[16];	/* of it: NOT safe to print raw */
};

struct verdict_facts {
	uint64_t	n_pages;	/* of the range */
	bool		whole;		/* these are all that there are */
	bool		memory_only;	/* the filesystem has no storage */
	uint64_t	limit_pages;	/* what the worker's memory may be; 0:
					   not known, or all of it */
	int32_t		err[2];		/* of each call; -1: not made */
	bool		flags_known;	/* the same all over the range */
	unsigned	vmflags;	/* VMF_ bits before the call */
	bool		ptes_fell_known;
	int64_t		ptes_fell;	/* of the whole target */
	struct layer_pages before, after;
	struct refusal_facts refusal;	/* if one was refused */
	struct verdict_holders holders;
};

enum verdict_kind {
	VERDICT_NONE,		/* nothing to explain, or too little was
				   measured to do so */
	VERDICT_SHORT,		/* fewer pages came than were asked for */
	VERDICT_REFUSED,	/* the call failed */
	VERDICT_STAY,		/* pages that it drops elsewhere stay cached */
	VERDICT_REMARK,		/* it did what it does */
};

/* More than verdict_text() writes. */
#define VERDICT_MAX 192

struct verdict {
	enum verdict_kind kind;
	const char	*why;		/* NULL: of VERDICT_SHORT it may not
					   be known */
	const char	*command;	/* that would help, or NULL */
	uint64_t	pages, of;	/* that came, of those absent before;
					   else: cached now, of those cached
					   before */
	char		 detail[112];	/* what was measured of it; or "" */
	bool		 counted;	/* its words count the pages */
};

/* What came of the hint (index into advice_table). */
void	verdict_find(struct verdict *, unsigned advice,
	    const struct verdict_facts *);

/* Do pages stay that it is to drop, for a reason that only others' mappings
 * can report? */
bool	verdict_asks(unsigned advice, const struct verdict_facts *);
/* A few words on it, which may stand in buf of VERDICT_MAX; NULL: there is
 * nothing to say. */
const char *verdict_text(char *buf, size_t size, const struct verdict *);

#endif
