/* What an act on the simulated file does itself. Private to src/source. */
#ifndef PAGETIDE_FAKEOWN_H
#define PAGETIDE_FAKEOWN_H

#include <stdbool.h>
#include <stdint.h>

struct fake;
struct order;
struct own;
struct report;

/* Before and after an act on the range, as the worker does it (counting.h).
 * The call has a price in time, by what it changed. */
void	fakeown_before(const struct fake *, const struct order *,
	    uint64_t first, uint64_t n, struct own *);
void	fakeown_after(const struct fake *, uint64_t first, uint64_t n,
	    struct own *);
/* How long the calls took that did this. */
void	fakeown_price(struct report *);
/* The pages of this hint are waited for, if there are any on their way. */
void	fakeown_wait(struct fake *, uint64_t first, uint64_t n,
	    struct report *);
/* That is over: because all came, or (cut) whatever came. True and its
 * report. */
bool	fakeown_arrived(struct fake *, bool cut, struct report *);

#endif
