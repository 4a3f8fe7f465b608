/* What the rules of the diagnosis are made of. */
#ifndef PAGETIDE_DIAGPARTS_H
#define PAGETIDE_DIAGPARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/diagnosis.h"
#include "pagetide/mapspec.h"

typedef int64_t	diag_measure(const struct diagnosis_facts *);
typedef bool	diag_is(const struct diagnosis_facts *);
typedef void	diag_text(char *, size_t, const struct diagnosis_facts *);
typedef const char *diag_help(const struct diagnosis_facts *);

/* Faults, for a share of them to mean something. */
#define DIAG_TOUCHES_MIN	32
#define DIAG_WAITS_MIN		8
#define DIAG_PAGES_MIN		256	/* 1 MiB of 4 KiB pages */
#define DIAG_RANDOM_PAYS	12	/* pages read for a touch */
#define DIAG_MINOR_LEAST	150	/* permille */

/* Is it known, and so? */
static inline bool
diag_knows(const struct diagnosis_facts *f, enum diagnosis_fact fact)
{
	return (f->known & FACT_BIT(fact)) != 0;
}

/* part of whole in thousandths; -1: there is no whole. */
static inline int64_t
diag_permille(int64_t part, int64_t whole)
{
	return whole > 0 ? part * 1000 / whole : -1;
}

/* How the walk goes from page to page; the pattern has to be known. */
diag_is	diagwalk_jumps, diagwalk_ordered, diagwalk_backward;
/* Does the advice keep readahead from working for this walk? */
diag_is	diagwalk_random_at_fault, diagwalk_sequential_at_fault;
/* Would RANDOM be another advice, and suit the walk? */
diag_is	diagwalk_random_would_suit;
/* Is there a memory limit, and a window of readahead more than a quarter of
 * it? False also where that is not known. */
diag_is	diagwalk_crowded;

/* In the order of the table. */
diag_measure diagmeasure_refaults_readahead, diagmeasure_set,
    diagmeasure_refaults, diagmeasure_reclaimed, diagmeasure_random,
    diagmeasure_backward, diagmeasure_major, diagmeasure_unused,
    diagmeasure_waits, diagmeasure_copies, diagmeasure_zero_page,
    diagmeasure_zero_fill, diagmeasure_first_touch, diagmeasure_short,
    diagmeasure_no_effect;
/* Pages that were in memory before, and read again; of those that reclaim
 * took those that came back. */
diag_measure diagmeasure_read_again, diagmeasure_came_back;
/* Out of the question, whatever the facts are that are not known. */
diag_is	diagmeasure_no_refaults, diagmeasure_none_reclaimed,
    diagmeasure_none_unused, diagmeasure_no_waits, diagmeasure_no_copies,
    diagmeasure_few_minor;

diag_text diagtext_refaults, diagtext_set, diagtext_reclaimed, diagtext_major,
    diagtext_unused, diagtext_waits, diagtext_copies, diagtext_minor,
    diagtext_short, diagtext_no_effect;

/* What would help; the facts of DIAG_HELP_ are known. */
diag_help diaghelp_readahead, diaghelp_lock, diaghelp_normal, diaghelp_major,
    diaghelp_random, diaghelp_willneed, diaghelp_copy, diaghelp_zero_page,
    diaghelp_zero_fill, diaghelp_map;

/* What comes of bringing in all of the range. */
#define DIAG_HELP_RANGE (FACT_BIT(FACT_RANGE) | FACT_BIT(FACT_REACH) | \
	FACT_BIT(FACT_PATTERN))
#define DIAG_HELP_MAP (DIAG_HELP_RANGE | FACT_BIT(FACT_FAULT_NS) | \
	FACT_BIT(FACT_CAN) | FACT_BIT(FACT_VMFLAGS))

#endif
