/* Who else maps the pages that a hint left in the cache: looked for in a
 * process of its own, since that may take long. */
#ifndef PAGETIDE_HOLDERS_H
#define PAGETIDE_HOLDERS_H

#include <stdbool.h>
#include <stdint.h>

struct act;
struct holders;
struct order;
struct verdict_holders;

/* argv[1] of a process that is to look. */
#define HOLDERS_OPTION "--holders-process"

/* Looks for those of the order's range; event_seq comes back with the answer.
 * A search under way is given up. False: it can't be done here. */
bool	holders_ask(struct act *, const struct order *, uint64_t event_seq);
/* Ends what there is. */
void	holders_close(struct act *);
/* What its answer comes by; -1: none is to come. */
int	holders_fd(const struct act *);
/* That may be ready: takes the answer, and for which act it is. False: not
 * yet. */
bool	holders_ready(struct act *, uint64_t *event_seq,
	    struct verdict_holders *found);

/* What main() runs for HOLDERS_OPTION; returns the exit status. */
int	holders_main(int argc, char **argv);

#endif
