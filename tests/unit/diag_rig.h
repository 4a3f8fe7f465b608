/* Made-up facts for the tests of the diagnosis. */
#ifndef PAGETIDE_DIAG_RIG_H
#define PAGETIDE_DIAG_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/diagnosis.h"

#define CHANGES_MAX 16

/* Facts in which no rule holds, all of them known. */
extern const struct diagnosis_facts diag_quiet;

/*
 * A rule that just holds, its words, the fact that is about it with the
 * last value at which it does not, and with the last one at which it goes on
 * if it held before.
 */
struct just {
	const char	*rule;
	struct { enum diagnosis_fact fact; int64_t v; } set[CHANGES_MAX];
	struct verdict	 verdict;
	const char	*advice;	/* of the verdict */
	const char	*text, *cause, *command;
	enum diagnosis_fact	about;
	int64_t		 below, kept;
};

extern const struct just diag_justs[];
extern const size_t diag_justs_n;

/* The first row of a rule; the test fails if there is none. */
const struct just *diag_just_of(const char *rule);
struct diagnosis_facts diag_facts_of(const struct just *);
const struct diagnosis_rule *diag_rule_of(const char *name);
/* What is told of facts, by one that told nothing before. */
struct diagnosis diag_told(const struct diagnosis_facts *);
bool	diag_tells(const struct diagnosis *, const char *rule);
/* NULL is like NULL alone. */
void	diag_same_text(const char *got, const char *want);

#endif
