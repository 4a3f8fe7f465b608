/* Columns of graphs: which time is in which, and the rate of each. */
#ifndef PAGETIDE_GRAPHCOLUMN_H
#define PAGETIDE_GRAPHCOLUMN_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/sample.h"

struct ring;

/* The rate in one column of time. */
struct graph_column {
	double	per_s;
	double	counted;
	bool	known;		/* false: a gap, not a zero */
	bool	shared;		/* inside an interval that others are in too:
				   what was counted in it alone is unknown */
};

/* Columns are numbered from the beginning of time, by waterfall_slot(): that
 * left of n - 1 others that end with the one of now. */
int64_t	graph_first_column(uint64_t now_ns, uint64_t column_ns, int n);
/*
 * Fills col[0..n), the last of them the column of now_ns; ticks later than
 * that are left out. Each is the sum of what was counted over the real time
 * it took, of all neighbours whose newer tick lies in the column; a column
 * inside one interval of two ticks has the rate of that interval.
 */
void	graph_columns(const struct ring *, enum counter, uint64_t column_ns,
	    uint64_t now_ns, struct graph_column *col, int n);
/* The next of 1 2 5 10 20 ... that is not below peak; for bytes the same of
 * the greatest of K, M, G ... that fits. */
double	graph_scale(double peak, bool bytes);

#endif
