/* What is happening now, told from facts; nothing where they do not show it. */
#ifndef PAGETIDE_DIAGNOSIS_H
#define PAGETIDE_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/verdict.h"

enum diagnosis_fact {
	/* Over the span: at least one second, two if there are as many. */
	FACT_SPAN_NS,
	FACT_TOUCHES,		/* of the walk that runs, or ran last */
	FACT_MINOR,		/* of them: with a minor fault */
	FACT_WAITS,		/* of these: over DIAGNOSIS_WAIT_BUCKET */
	FACT_MAJOR,		/* of the touches: with a major fault */
	FACT_ALL_TOUCHES,	/* of all walks */
	FACT_ALONE,		/* 1: no walk but this one touched any */
	FACT_READ_PAGES,	/* from storage, for the worker */
	FACT_PRIVATE,		/* pages copied less those dropped */
	FACT_EVICTED,		/* shadow entries: new ones less gone ones */
	FACT_REFAULTS,		/* under a memory limit: see sample.h */
	FACT_STEALS,
	FACT_LIMIT_HITS,	/* allocations that met the memory limit */
	FACT_SYS_REFAULTS,	/* reclaimed pages read again, by anybody */
	FACT_STEALS_SYSTEM,	/* 1: these are of the whole system */
	FACT_HINTS,		/* 1: a hint or a mapping fell into it */
	/* As it is now. */
	FACT_PATTERN,		/* enum pattern_kind of the walk */
	FACT_OP,		/* enum touch_op of it */
	FACT_REACH,		/* pages it comes to, at most: all of it */
	FACT_VMFLAGS,		/* VMF_ bits, the same over its range */
	FACT_ANON,		/* 1: the target is anonymous memory */
	FACT_PAGES,		/* of the target */
	FACT_READAHEAD_PAGES,
	FACT_SET_PAGES,		/* the working set */
	FACT_LIMIT_PAGES,	/* memory limit of the worker */
	FACT_VERDICT,		/* what came of the last act, a hint */
	FACT_COUNT
};
#define FACT_BIT(fact) (1u << (fact))

/* The highest bucket (latency.h) of a fault that does not wait: 131 us. */
#define DIAGNOSIS_WAIT_BUCKET 17

struct diagnosis_facts {
	unsigned	known;		/* FACT_BITs */
	int64_t		v[FACT_COUNT];	/* valid where known */
	struct verdict	verdict;	/* valid if FACT_VERDICT is known */
	unsigned	verdict_advice;	/* index into advice_table */
};

/* Rules of one group are about one thing: the first that holds is told. */
enum diagnosis_group {
	DIAGNOSIS_MAJOR,
	DIAGNOSIS_READ,
	DIAGNOSIS_MINOR,
	DIAGNOSIS_HINT,
	DIAGNOSIS_GROUPS
};

/*
 * The rules, the gravest first. Each has a measure of what it is about, and
 * is told where this is at least as much as its threshold, why is said here:
 * KERNEL.md is the page of measured kernel facts that the project is built
 * on, "here" is ext4 on Linux 6.18, a file of 64 MiB.
 * What would bring in all of the target is not told as help where that is
 * more than the memory limit.
 *
 * refaults-readahead, set, refaults: 5 % of the touches bring back a page that was
 *	reclaimed (or more is read in the span than the file has), under a
 *	memory limit, 32 at least. KERNEL.md 9: 6 to 20 % with 16 MiB of 64,
 *	RANDOM; over 100 % where readahead adds to it; none where all fits.
 *	The limit was met in the span: what others drop is read again, too,
 *	and with v1 of cgroups what others lose is among the steals.
 *	set: 5 % of the touches are major faults, and the working set is
 *	larger than the limit.
 * reclaimed: 256 shadow entries (1 MiB) gone, as much read, and the system
 *	counted as many refaults: others may end them by dropping pages, too
 *	(KERNEL.md 2), and then something else was read. There must be no
 *	hint of ours in the span. Fewer cost less than 15 ms, if
 *	each is read alone. Here reclaim by DAMON takes none of the pages of
 *	a loop in two minutes, and 13750 of them in an idle second.
 * random, backward: 5 % of the touches are major faults though their order is
 *	plain, and RANDOM or SEQUENTIAL is in force: 100 % of them against
 *	0.02 and 6 % under NORMAL (KERNEL.md 6.3).
 * major: 5 % of the touches are major faults, 32 at least. At 51 us a fault
 *	against 20 ns without and 2.9 us for a minor one (KERNEL.md 7) that
 *	is where waiting for storage takes most of the walk's time. Populating
 *	helps where it takes less than these faults: it reads a page in 2 to
 *	5 us, a fault in 55 to 77, as twelve of them and more.
 * unused: twelve pages read for each touch, all touches of a walk that jumps,
 *	and more than two windows of readahead that no touch can have asked
 *	for: a walk in order is ahead by no more (KERNEL.md 6.4). Here random
 *	touches read 256 pages each (64 of them, 8 MiB of readahead), 29 (128
 *	KiB), and were quicker under RANDOM with 13 and 16 (100 against 129
 *	ms, 77 against 107), but not with 8 (as quick, or 199 against 71 ms).
 *	A walk that will come to more than one in twelve pages, as all of a
 *	permutation, is going to use what is loaded.
 * waits: 5 % of the minor faults, 8 at least, took over 131 us. 0.1 % do when
 *	all is cached, 0.05 % of copies; readahead of 128 KiB and a walk at
 *	full speed: 50 %, of 2.5 MiB 9 %, at 20000 touches a second 0.4 %.
 *	SEQUENTIAL leaves it at 50 %, WILLNEED for all brings 0.
 * copies: half of the writing touches, 256 pages at least, were copied. First
 *	writes: 100 %, to pages that are copied already: none. 2.2 us each.
 *	populate-write makes 64 MiB of copies in 30 ms instead of 37: it
 *	helps if four of five pages are written.
 * first-touch: 5 % of the loads are minor faults, 32 at least, of pages not
 *	touched before or without their PTE since: fault-around
 *	maps 16 pages a fault at best without large folios, which is 6.25 %;
 *	with these it is 3 % and less, and not worth a word. 0 % if mapped.
 *	Populating maps a page in 0.13 us, a fault takes as long as 23.
 * short, no-effect: as verdict.h has it.
 */
struct diagnosis_rule {
	const char	*name;		/* "unused": in JSON and the manual */
	enum diagnosis_group group;
	unsigned	 needs;		/* FACT_BITs: any unknown, and the
					   rule says nothing */
	/* Below 0: what the rule is about is not the case. */
	int64_t		 (*measure)(const struct diagnosis_facts *);
	int64_t		 least;		/* it holds from this measure on */
	int64_t		 keep;		/* held before: down to this one */
	void		 (*text)(char *buf, size_t size,
			    const struct diagnosis_facts *);
	const char	*cause;		/* NULL: the verdict tells it */
	const char	*command;	/* that would help, or NULL: none, or
					   the verdict's */
	/* Would it, here? NULL: always. */
	bool		 (*pays)(const struct diagnosis_facts *);
};

extern const struct diagnosis_rule diagnosis_table[];
extern const unsigned diagnosis_count;

struct diagnosis_item {
	const char	*rule;		/* its name */
	char		 text[80];	/* what was measured */
	const char	*cause;
	const char	*command;	/* or NULL */
};

struct diagnosis {
	bool		known;		/* the walk's touches are: no item
					   means that no rule holds */
	uint64_t	span_ns;	/* of the facts, if known */
	uint32_t	held;		/* bits of the rules that held */
	unsigned	n;
	struct diagnosis_item item[DIAGNOSIS_GROUPS];
};

/*
 * Takes facts in; *d has what was told before (zeros at first). A rule that
 * held goes on until its measure is below keep, so that it does not come and
 * go with a number that varies a little. Numbers are always those of the
 * facts given.
 */
void	diagnosis_update(struct diagnosis *, const struct diagnosis_facts *);

#endif
