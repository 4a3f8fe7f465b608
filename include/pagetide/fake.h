/*
 * A simulated kernel: seeded pages, readahead, faults and a worker, on a
 * fixed clock. The same seed and the same orders give the same samples.
 */
#ifndef PAGETIDE_FAKE_H
#define PAGETIDE_FAKE_H

#include <stdint.h>

#include "pagetide/order.h"
#include "pagetide/source.h"

struct fake;

/* A target of 64 MiB (16384 pages of 4 KiB) called "fake-SEED", ext4,
 * readahead 128 KiB, about a third of it cached in runs, mapped from the start
 * by a worker without a pid. Fixes the clock; close() releases it. */
struct fake *fake_open(struct source *out, uint64_t seed);

/*
 * Carries out an order at once, as the real worker would: hints change PTEs,
 * cache and VmFlags by the truth table of KERNEL.md 4 (order-0 pages,
 * nobody else maps the file); pages that are read are in flight until the
 * clock has moved, but for those that the worker waits for; walks go on at
 * their pace whenever begin() is called, by the clock's time since the last
 * call (full speed: 1e6 touches a second).
 */
void	fake_order(struct fake *, const struct order *, struct report *);
/* Pages of a hint that have come, or a walk that ended, since the last call:
 * true and its report; one at a time. */
bool	fake_poll(struct fake *, struct report *);
/* The pages of a hint are not waited for any longer, since another act is to
 * come: true and its report. */
bool	fake_cut(struct fake *, struct report *);
/* Somebody else reads pages into the cache (tests of "outside"). */
void	fake_outside(struct fake *, uint64_t first_page, uint64_t n_pages);
/* Somebody else writes pages: dirty until they are written to storage, some
 * with each begin(). */
void	fake_outside_write(struct fake *, uint64_t first_page,
	    uint64_t n_pages);

#endif
