/* The only reader of time. */
#ifndef PAGETIDE_CLOCK_H
#define PAGETIDE_CLOCK_H

#include <stdint.h>

#define NS_PER_S	UINT64_C(1000000000)
#define NS_PER_MS	UINT64_C(1000000)
#define NS_PER_US	UINT64_C(1000)

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t clock_now_ns(void);
/* CLOCK_REALTIME in nanoseconds since the epoch. */
uint64_t clock_wall_ns(void);
/* CPU time this process has used, in nanoseconds; never fixed. */
uint64_t clock_cpu_ns(void);

/* For tests and --fake: from now on time stands still at these values. */
void	 clock_fix(uint64_t now_ns, uint64_t wall_ns);
/* Moves a fixed clock on; no effect on a real one. */
void	 clock_advance(uint64_t ns);
/* Back to real time. */
void	 clock_release(void);
/* Is time fixed? */
int	 clock_is_fixed(void);

#endif
