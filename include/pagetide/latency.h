/* What touches cost: a histogram with bounds at 1, 2, 5 ns, 10, 20,
 * 50 ns and so on, apart by kind of fault. */
#ifndef PAGETIDE_LATENCY_H
#define PAGETIDE_LATENCY_H

#include <stdbool.h>
#include <stdint.h>

enum latency_kind {
	LATENCY_NO_FAULT,
	LATENCY_MINOR,
	LATENCY_MAJOR,		/* a major fault, a minor one too or not */
	LATENCY_KINDS
};

/* "no fault", "minor", "major". */
extern const char *const latency_name[LATENCY_KINDS];

/* Bucket b is for what is above the bound of the one before and at most its
 * own; the last one is for all above, too. */
#define LATENCY_BUCKETS 40

/*
 * The touches of one walk. The clock's own cost (20 to 40 ns) is in each.
 * Faults that no touch of that kind accounts for (a touch with two of them,
 * or what the worker's own memory took) are apart, so that
 *	touches of a kind + stray of it = faults counted over the walk.
 */
struct latency {
	uint64_t	count[LATENCY_KINDS][LATENCY_BUCKETS];
	uint64_t	stray_minor, stray_major;
};

/* 1, 2, 5, 10, 20, 50, 100 ...; of the last one, too. */
uint64_t latency_bound_ns(unsigned bucket);
unsigned latency_bucket(uint64_t ns);
/* Touches of the kind. */
uint64_t latency_touches(const struct latency *, enum latency_kind);
/*
 * The smallest bucket bound that at least permille of the touches of the kind
 * do not exceed; false if there are none, or it is in the last bucket, which
 * has no bound. Never interpolated.
 */
bool	latency_bound(const struct latency *, enum latency_kind,
	    unsigned permille, uint64_t *ns);

#endif
