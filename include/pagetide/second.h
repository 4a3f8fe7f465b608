/*
 * A second worker of ours on the same target, so that it can be seen what two
 * processes share. Acts are of one of the two, which is chosen here; layers of
 * the worker and its counts are of that one.
 */
#ifndef PAGETIDE_SECOND_H
#define PAGETIDE_SECOND_H

#include <stdint.h>

struct act;
struct strbuf;

/* Each: 0, or -errno with why; -EBUSY while the worker has something to do. */
/* That one, 1 or 2, acts; the second one starts where there is none, and maps
 * the target as the first has it. */
int	second_choose(struct act *, unsigned number, struct strbuf *why);
/* The other one. */
int	second_next(struct act *, struct strbuf *why);
/* The second one is a fork of the first, and acts: to be answered. */
int	second_fork(struct act *, struct strbuf *why);
/* The second one ends, if there is one; the first acts. */
int	second_end(struct act *, struct strbuf *why);

/* The pages that are looked at, of both, with each sample. */
void	second_cell(struct act *, uint64_t first_page, uint64_t n_pages);

#endif
