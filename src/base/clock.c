#include "config.h"

#include "pagetide/clock.h"

#include <stdbool.h>
#include <time.h>

#include "pagetide/xalloc.h"

/* Time as tests set it. */
static struct {
	bool		on;
	uint64_t	now_ns, wall_ns;
} fixed;

/* Reads one clock of the system. */
static uint64_t
read_ns(clockid_t id)
{
	struct timespec	ts;

	if (clock_gettime(id, &ts) != 0)
		fatal("clock_gettime: clock %d does not answer", (int)id);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t
clock_now_ns(void)
{
	return fixed.on ? fixed.now_ns : read_ns(CLOCK_MONOTONIC);
}

uint64_t
clock_wall_ns(void)
{
	return fixed.on ? fixed.wall_ns : read_ns(CLOCK_REALTIME);
}

uint64_t
clock_cpu_ns(void)
{
	return read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void
clock_fix(uint64_t now_ns, uint64_t wall_ns)
{
	fixed.on = true;
	fixed.now_ns = now_ns;
	fixed.wall_ns = wall_ns;
}

void
clock_advance(uint64_t ns)
{
	fixed.now_ns += ns;
	fixed.wall_ns += ns;
}

void
clock_release(void)
{
	fixed.on = false;
}

int
clock_is_fixed(void)
{
	return fixed.on;
}
