#include "config.h"

#include "pagetide/graphcolumn.h"

#include <stdlib.h>

#include "pagetide/ring.h"
#include "pagetide/waterfall.h"
#include "pagetide/xalloc.h"

/* What was counted in a column, and the time it took. */
struct sum {
	double	counted, seconds;
	bool	shared;
};

int64_t
graph_first_column(uint64_t now_ns, uint64_t column_ns, int n)
{
	return (int64_t)waterfall_slot(now_ns, column_ns) - n + 1;
}

/* Gives the rate of one interval to the columns that lie within it. */
static void
span(struct sum *sum, int64_t before, int64_t at, double per_s)
{
	for (int64_t i = before + 1 > 0 ? before + 1 : 0; i < at; i++)
		sum[i] = (struct sum){ per_s, 1.0, true };
}

/* Adds what was counted between two neighbours to the columns from first. */
static void
add_interval(struct sum *sum, const struct tick *older,
    const struct tick *newer, enum counter counter, uint64_t column_ns,
    int64_t first)
{
	int64_t at = (int64_t)waterfall_slot(newer->t_ns, column_ns) - first;
	int64_t before = (int64_t)waterfall_slot(older->t_ns, column_ns) -
	    first;
	double per_s;

	if (!ring_rate(older, newer, counter, &per_s))
		return;
	span(sum, before, at, per_s);
	sum[at].shared = sum[at].shared || at > before + 1;
	sum[at].counted += (double)(newer->counters.v[counter] -
	    older->counters.v[counter]);
	sum[at].seconds += (double)(newer->t_ns - older->t_ns) / 1e9;
}

void
graph_columns(const struct ring *ring, enum counter counter,
    uint64_t column_ns, uint64_t now_ns, struct graph_column *col, int n)
{
	struct sum *sum = xcalloc((size_t)n + 1, sizeof *sum);
	int64_t first = graph_first_column(now_ns, column_ns, n);
	const struct tick *newer, *older;

	for (size_t i = 0; (newer = ring_at(ring, i)) != NULL; i++) {
		older = ring_at(ring, i + 1);
		if (older == NULL || first >
		    (int64_t)waterfall_slot(newer->t_ns, column_ns))
			break;
		if (newer->t_ns <= now_ns)
			add_interval(sum, older, newer, counter, column_ns,
			    first);
	}
	for (int i = 0; i < n; i++) {
		col[i].known = sum[i].seconds > 0;
		col[i].per_s = col[i].known ?
		    sum[i].counted / sum[i].seconds : 0;
		col[i].counted = sum[i].counted;
		col[i].shared = sum[i].shared;
	}
	free(sum);
}

double
graph_scale(double peak, bool bytes)
{
	static const double step[] = { 1, 2, 5 };
	double unit = bytes ? 1024 : 1, ten = 1;

	while (bytes && peak > unit * 500)
		unit *= 1024;
	for (;; ten *= 10)
		for (int i = 0; i < 3; i++)
			if (step[i] * ten * unit >= peak)
				return step[i] * ten * unit;
}
