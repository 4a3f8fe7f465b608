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
	FACT_FAULT_NS,		/* how long these and the minor ones took, by
				   the middle of their buckets */
	FACT_ALL_TOUCHES,	/* of all walks */
	FACT_ALONE,		/* 1: no walk but this one touched any */
	FACT_READ_PAGES,	/* from storage, for the worker */
	FACT_PRIVATE,		/* pages copied less those dropped */
	FACT_EVICTED,		/* shadow entries: new ones less gone ones */
	FACT_EVICTED_OLD,	/* of those there were as it began: from before
				   we looked, or left by hints of ours */
	FACT_REFAULTS,		/* under a memory limit: see sample.h */
	FACT_STEALS,
	FACT_LIMIT_HITS,	/* allocations that met the memory limit */
	FACT_SYS_REFAULTS,	/* reclaimed pages read again, by anybody */
	FACT_STEALS_SYSTEM,	/* 1: these are of the whole system */
	FACT_HINTS,		/* 1: a hint or a mapping fell into it */
	/* As it is now. */
	FACT_PATTERN,		/* enum pattern_kind of the walk */
	FACT_OP,		/* enum touch_op of it */
	FACT_RANGE,		/* pages that it was ordered on, as hints are */
	FACT_REACH,		/* pages it comes to, at most: all of it */
	FACT_VMFLAGS,		/* VMF_ bits, the same over its range, and
				   since it began or for all of the span */
	FACT_MAP_FLAGS,		/* MAP_SPEC_ bits of order.h */
	FACT_ANON,		/* 1: the target is anonymous memory */
	FACT_PAGES,		/* of the target */
	FACT_ABSENT,		/* of these: not cached */
	FACT_READAHEAD_PAGES,
	FACT_SET_PAGES,		/* the working set */
	FACT_LIMITED,		/* 1: it is in a cgroup of its own, with a
				   limit */
	FACT_LIMIT_PAGES,	/* memory limit in force */
	FACT_CAN,		/* DIAGNOSIS_CAN_ bits */
	FACT_VERDICT,		/* what came of the last act, a hint */
	FACT_COUNT
};
#define FACT_BIT(fact) (UINT64_C(1) << (fact))
_Static_assert(FACT_COUNT <= 64, "a bit for each");

/* What the kernel does for us, here. */
enum {
	DIAGNOSIS_CAN_POPULATE = 1 << 0,	/* both of MADV_POPULATE_ */
	DIAGNOSIS_CAN_LOCK = 1 << 1,	/* all of the range may be locked */
};

/* The highest bucket (latency.h) of a fault that does not wait: 200 us. */
#define DIAGNOSIS_WAIT_BUCKET 16

struct diagnosis_facts {
	uint64_t	known;		/* FACT_BITs */
	int64_t		v[FACT_COUNT];	/* valid where known */
	struct verdict	verdict;	/* valid if FACT_VERDICT is known */
	unsigned	verdict_advice;	/* index into advice_table */
};

/* Rules of one group are about one thing: the first that holds is named. */
enum diagnosis_group {
	DIAGNOSIS_MAJOR,
	DIAGNOSIS_READ,
	DIAGNOSIS_MINOR,
	DIAGNOSIS_HINT,
	DIAGNOSIS_GROUPS
};

/*
 * The rules, the gravest first. Each has a measure of what it is about, and
 * is named where this is at least as much as its threshold, why is said here:
 * KERNEL.md is the page of measured kernel facts that the project is built
 * on, "here" is ext4 on Linux 6.18, a file of 64 MiB.
 * What would help is named where tests/kernel/suggestions.sh finds that it
 * does: the same walk from the same state has less of what the rule is about
 * after it. Where a fact of it is unknown none is named. What would bring in
 * all of the range is not named where that is more than the memory limit; of
 * two that read in different ways only the first.
 *
 * refaults-readahead, set, refaults: 5 % of the touches bring back a page
 *	that was reclaimed (or more is read in the span than the file has), under a
 *	memory limit, 32 at least. KERNEL.md 9: 6 to 20 % with 16 MiB of 64,
 *	RANDOM; over 100 % where readahead adds to it; none where all fits.
 *	The limit was met in the span: what others drop is read again, too,
 *	and with v1 of cgroups what others lose is among the steals.
 *	refaults-readahead: twelve pages read for a touch of a walk that jumps,
 *	or goes back under SEQUENTIAL (8 MiB of 64 and of readahead: 2.2
 *	million pages read for 16384 touches, under NORMAL 32000); or all that
 *	the walk comes to is within the limit, and a window of readahead is
 *	more than a quarter of it (a loop over 6 MiB in these 8: 2100 pages
 *	come back in five passes, none under RANDOM).
 *	set: 5 % of the touches are major faults, and the working set is
 *	larger than the limit.
 * reclaimed: 256 shadow entries (1 MiB) gone, as much read, and the system
 *	counted as many refaults: others may end them by dropping pages, too
 *	(KERNEL.md 2), and then something else was read. There must be no
 *	hint of ours in the span, and those that may have come back of pages
 *	that PAGEOUT of ours took, or that were gone before we looked, do not
 *	count: nobody has seen that reclaim took them before their next use.
 *	Fewer cost less than 15 ms, if
 *	each is read alone. Here reclaim by DAMON takes none of the pages of
 *	a loop in two minutes, and 13750 of them in an idle second.
 *	Locking copies what is private and may be written: not named there.
 * random, backward: 5 % of the touches are major faults though their order is
 *	plain, and RANDOM or SEQUENTIAL is in force: 100 % of them against
 *	0.02 and 6 % under NORMAL (KERNEL.md 6.3). That helps where there is
 *	readahead, and memory for it: a window is a quarter of it at most.
 * major: 5 % of the touches are major faults, 32 at least. At 51 us a fault
 *	against 20 ns without and 2.9 us for a minor one (KERNEL.md 7) that
 *	is where waiting for storage takes most of the walk's time. Populating
 *	helps where it takes less than these faults did: it reads a page in 2
 *	to 5 us. Under RANDOM, and without readahead, it reads page by page
 *	and takes as long as the faults of all pages would (2000 touches of
 *	8192 pages: 0.1 s, populating before them 2.2 s under load);
 *	WILLNEED reads 8 MiB a call there, too.
 * unused: twelve pages read for each touch, all touches of a walk that jumps,
 *	and more than two windows of readahead that no touch can have asked
 *	for: a walk in order is ahead by no more (KERNEL.md 6.4); where the
 *	readahead is not known, 32 touches. Here random
 *	touches read 256 pages each (64 of them, 8 MiB of readahead), 29 (128
 *	KiB), and were quicker under RANDOM with 13 and 16 (100 against 129
 *	ms, 77 against 107), but not with 8 (as quick, or 199 against 71 ms).
 *	A walk that will come to more than one in twelve pages, as all of a
 *	permutation, is going to use what is loaded. Under HUGEPAGE a miss
 *	reads 2 MiB, RANDOM or not.
 * waits: 5 % of the minor faults, 8 at least, took over 200 us, and as many
 *	pages were read. 0.1 % do when all is cached, 0.05 % of copies;
 *	readahead of 128 KiB and a walk at
 *	full speed: 50 %, of 2.5 MiB 9 %, at 20000 touches a second 0.4 %.
 *	SEQUENTIAL leaves it at 50 %, WILLNEED for all brings 0. It reads all:
 *	told where the walk comes to four of five pages.
 * copies: half of the writing touches, 256 pages at least, were copied. First
 *	writes: 100 %, to pages that are copied already: none. 2.2 us each.
 *	populate-write makes 64 MiB of copies in 30 ms instead of 37: it
 *	helps if four of five pages are written.
 * zero-page, zero-fill: 15 % of the touches of anonymous memory, loads or
 *	writes, made a minor fault, 32 at least: one a page, always (100 %
 *	against none after populating). 0.8 and 1.7 us each. Where half of
 *	the loads or more leave a page of the process' own the kernel has no
 *	page of zeros, and zero-fill is what happened.
 * first-touch: 15 % of the loads are minor faults, 32 at least, of pages of a
 *	file not touched before or without their PTE since. Fault-around maps
 *	16 pages a fault, which leaves 6.25 % of any walk that comes to all
 *	pages, and 12 % of two seconds of a random one at 2000 touches a
 *	second: that is as it should be. 100 % where 16 pages or more lie
 *	between two touches, or fault-around is off. 0 % if mapped.
 *	Populating maps a page in 0.13 us, where it has to read it in 5 us.
 * short, no-effect: as verdict.h has it.
 */
struct diagnosis_rule {
	const char	*name;		/* "unused": in JSON and the manual */
	enum diagnosis_group group;
	uint64_t	 needs;		/* FACT_BITs: any unknown, and the
					   rule says nothing */
	/* Below 0: what the rule is about is not the case. */
	int64_t		 (*measure)(const struct diagnosis_facts *);
	int64_t		 least;		/* it holds from this measure on */
	int64_t		 keep;		/* held before: down to this one */
	/* One of the needs is unknown: is it out of the question all the
	 * same, by those that are known? NULL: another rule says it then. */
	bool		 (*excluded)(const struct diagnosis_facts *);
	void		 (*text)(char *buf, size_t size,
			    const struct diagnosis_facts *);
	const char	*cause;		/* NULL: the verdict says it */
	uint64_t	 help_needs;	/* FACT_BITs that help() takes */
	/* The command that would help here, or NULL. NULL: there is none, or
	 * the verdict says it. */
	const char	*(*help)(const struct diagnosis_facts *);
};

extern const struct diagnosis_rule diagnosis_table[];
extern const unsigned diagnosis_count;

struct diagnosis_item {
	const char	*rule;		/* its name */
	char		 text[128];	/* what was measured */
	const char	*cause;
	const char	*command;	/* or NULL */
};

struct diagnosis {
	bool		known;		/* the walk's touches are, and all that
					   decides a rule: no item means that
					   none holds */
	uint64_t	span_ns;	/* of the facts, if known */
	uint32_t	held;		/* bits of the rules that held */
	unsigned	n;
	struct diagnosis_item item[DIAGNOSIS_GROUPS];
};

/*
 * Takes facts in; *d has what was found before (zeros at first). A rule that
 * held goes on until its measure is below keep, so that it does not come and
 * go with a number that varies a little. Numbers are always those of the
 * facts given.
 */
void	diagnosis_update(struct diagnosis *, const struct diagnosis_facts *);

#endif
