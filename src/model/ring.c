#include "config.h"

#include "pagetide/ring.h"

#include <stdlib.h>

#include "pagetide/xalloc.h"

struct ring {
	size_t		 cap, len;
	size_t		 next;		/* where the next tick goes */
	struct tick	*ticks;
};

struct ring *
ring_new(size_t cap)
{
	struct ring *r = xcalloc(1, sizeof *r);

	r->cap = cap;
	r->ticks = xcalloc(cap, sizeof *r->ticks);
	return r;
}

void
ring_free(struct ring *r)
{
	if (r == NULL)
		return;
	free(r->ticks);
	free(r);
}

void
ring_push(struct ring *r, const struct tick *t)
{
	r->ticks[r->next] = *t;
	r->next = (r->next + 1) % r->cap;
	if (r->len < r->cap)
		r->len++;
}

void
ring_push_sample(struct ring *r, const struct sample *s, uint64_t late_ns)
{
	struct tick t = { s->t_ns, s->counters, s->gap };
	const struct tick *newest = ring_at(r, 0);

	if (newest != NULL && s->t_ns - newest->t_ns > late_ns)
		t.gap = true;
	ring_push(r, &t);
}

const struct tick *
ring_at(const struct ring *r, size_t i)
{
	if (i >= r->len)
		return NULL;
	return &r->ticks[(r->next + r->cap - 1 - i) % r->cap];
}

/* Change between two neighbours; false if it can't be known. */
static bool
delta_between(const struct tick *older, const struct tick *newer,
    enum counter c, int64_t *delta)
{
	return !newer->gap && newer->t_ns > older->t_ns &&
	    counters_change(&older->counters, &newer->counters, c, delta);
}

bool
ring_rate(const struct tick *older, const struct tick *newer, enum counter c,
    double *per_s)
{
	int64_t delta;

	if (!delta_between(older, newer, c, &delta))
		return false;
	*per_s = delta * 1e9 / (newer->t_ns - older->t_ns);
	return true;
}

/* Index of the newest tick not after to_ns; the length if there is none. */
static size_t
find_until(const struct ring *r, uint64_t to_ns)
{
	size_t low = 0, high = r->len, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (ring_at(r, mid)->t_ns > to_ns)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Sums deltas and real elapsed time of the neighbours in (from, to]. */
static bool
sum_over(const struct ring *r, enum counter c, uint64_t from_ns,
    uint64_t to_ns, int64_t *delta, uint64_t *elapsed_ns)
{
	const struct tick *newer, *older;
	size_t i = find_until(r, to_ns);
	bool any = false;
	int64_t d;

	*delta = 0;
	*elapsed_ns = 0;
	for (; (older = ring_at(r, i + 1)) != NULL; i++) {
		newer = ring_at(r, i);
		if (newer->t_ns <= from_ns)
			break;
		if (!delta_between(older, newer, c, &d))
			continue;
		*delta += d;
		*elapsed_ns += newer->t_ns - older->t_ns;
		any = true;
	}
	return any;
}

bool
ring_rate_over(const struct ring *r, enum counter c, uint64_t from_ns,
    uint64_t to_ns, double *per_s)
{
	uint64_t elapsed_ns;
	int64_t delta;

	if (!sum_over(r, c, from_ns, to_ns, &delta, &elapsed_ns))
		return false;
	*per_s = delta * 1e9 / elapsed_ns;
	return true;
}

bool
ring_delta_over(const struct ring *r, enum counter c, uint64_t from_ns,
    uint64_t to_ns, int64_t *delta)
{
	uint64_t elapsed_ns;
	int64_t sum;

	if (!sum_over(r, c, from_ns, to_ns, &sum, &elapsed_ns))
		return false;
	*delta = sum;
	return true;
}
