/* What came of a hint, and why it was not more: its verdict. */
#ifndef PAGETIDE_JUDGE_H
#define PAGETIDE_JUDGE_H

#include <stdint.h>

struct act;
struct outcome;
struct report;
struct strbuf;
struct verdict;
struct verdict_holders;

/* It is about to be sent: what the newest sample knows of its range. */
void	judge_before(const struct act *, struct outcome *);
/* Its report has come: a refusal is said at once. */
void	judge_report(struct act *, struct outcome *, const struct report *);
/* Pages that it was to drop are still there: who else has them is looked for,
 * once. A sample since its report has come. */
void	judge_feed(struct act *, struct outcome *);
/* The answer to that, of the act with that event; known or not. */
void	judge_holders(struct act *, uint64_t event_seq,
	    const struct verdict_holders *);
/* It is measured: the verdict, also for the diagnosis. Of what is no hint
 * there is none (VERDICT_NONE). */
void	judge_end(struct act *, struct outcome *, struct verdict *);
/* Appends its words, if there are any, with what is before and after them. */
void	judge_text(const struct verdict *, const char *before,
	    const char *after, struct strbuf *);

#endif
