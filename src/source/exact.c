#include "config.h"

#include "live.h"

#include "pagetide/clock.h"

bool
exact_pages(void *self, uint64_t first_page, uint64_t n_pages,
    uint64_t within_ns, struct cells *out)
{
	struct live *l = self;
	const struct scan *overview = &l->overview;
	uint64_t deadline_ns = clock_now_ns() + within_ns;
	bool whole = overview->reader[SCAN_CACHE] != NULL;
	struct scan s;

	scan_init(&s);
	scan_shape(&s, first_page, n_pages, 0);
	/* Not cachestat, which would be asked for each page by itself. */
	if (whole)
		scan_set_reader(&s, SCAN_CACHE, &mincore_reader, &l->mincore);
	if (overview->reader[SCAN_TABLES] != NULL)
		scan_set_reader(&s, SCAN_TABLES, overview->reader[SCAN_TABLES],
		    overview->self[SCAN_TABLES]);
	whole = whole && scan_step(&s, deadline_ns);
	if (whole)
		cells_copy(out, &s.grid);
	scan_done(&s);
	return whole;
}
