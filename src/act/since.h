/* What was done to the target since it was evicted last: what is compared is
 * counted from there. */
#ifndef PAGETIDE_SINCE_H
#define PAGETIDE_SINCE_H

#include <stdbool.h>

#include "pagetide/compare.h"
#include "pagetide/order.h"

struct act;

struct since {
	struct order	order;		/* the last advice or walk; seq 0: none
					   of this worker's */
	bool		answered;
	int		err;		/* of it, once answered: the first */
	uint64_t	answered_ns;
	pid_t		pid;		/* of the worker that all is of */
	bool		due;		/* the eviction is over, the sample
					   after it is to come; or another
					   file's first */
	uint64_t	evicted_ns;	/* when it was over */
	uint64_t	first_page, n_pages;	/* its range */
	uint64_t	walk_begin_ns, walk_end_ns;
	uint32_t	walk_seq;	/* of the one walk */
	int		walk_err;
	struct compare_since facts;
};

/* free() frees it. */
struct since *since_new(void);
/* An order goes to the worker. */
void	since_order(struct act *, const struct order *);
/* ... was answered, or its walk ended. */
void	since_report(struct act *, const struct report *);
/* The newest sample is there. */
void	since_sample(struct act *);
/* There is no worker any more. */
void	since_forget(struct act *);
/* There is another file: counted from its first sample on. */
void	since_another(struct act *);

#endif
