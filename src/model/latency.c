#include "config.h"

#include "pagetide/latency.h"

const char *const latency_name[LATENCY_KINDS] = {
	[LATENCY_NO_FAULT] = "no fault",
	[LATENCY_MINOR] = "minor",
	[LATENCY_MAJOR] = "major",
};

unsigned
latency_bucket(uint64_t ns)
{
	unsigned b = 0;

	while (b + 1 < LATENCY_BUCKETS && ns > UINT64_C(1) << b)
		b++;
	return b;
}

uint64_t
latency_touches(const struct latency *l, enum latency_kind kind)
{
	uint64_t n = 0;
	unsigned b;

	for (b = 0; b < LATENCY_BUCKETS; b++)
		n += l->count[kind][b];
	return n;
}

bool
latency_bound(const struct latency *l, enum latency_kind kind,
    unsigned permille, uint64_t *ns)
{
	unsigned __int128 all = latency_touches(l, kind), n = 0;
	unsigned b;

	for (b = 0; all > 0 && b + 1 < LATENCY_BUCKETS; b++) {
		n += l->count[kind][b];
		if (n * 1000 >= all * permille) {
			*ns = UINT64_C(1) << b;
			return true;
		}
	}
	return false;
}
