#include "config.h"

#include "pagetide/latency.h"

const char *const latency_name[LATENCY_KINDS] = {
	[LATENCY_NO_FAULT] = "no fault",
	[LATENCY_MINOR] = "minor",
	[LATENCY_MAJOR] = "major",
};

static const unsigned digit_table[] = { 1, 2, 5 };
enum { DIGITS = sizeof digit_table / sizeof digit_table[0] };

uint64_t
latency_bound_ns(unsigned bucket)
{
	uint64_t ten = 1;

	for (; bucket >= DIGITS; bucket -= DIGITS)
		ten *= 10;
	return digit_table[bucket] * ten;
}

unsigned
latency_bucket(uint64_t ns)
{
	uint64_t ten = 1;
	unsigned b = 0;

	for (; b + DIGITS < LATENCY_BUCKETS && ns > 10 * ten; ten *= 10)
		b += DIGITS;
	for (; b + 1 < LATENCY_BUCKETS && ns > digit_table[b % DIGITS] * ten;
	    b++)
		if (b % DIGITS == DIGITS - 1)
			ten *= 10;
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
			*ns = latency_bound_ns(b);
			return true;
		}
	}
	return false;
}
