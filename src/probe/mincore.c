#include "config.h"

#include "mincore.h"

#include <sys/mman.h>

#include "pagetide/layer.h"
#include "pagetide/target.h"

void
mincore_runs(const unsigned char *vec, size_t n, uint64_t page,
    struct scan_sink *sink)
{
	size_t i = 0, start;

	while (i < n) {
		while (i < n && !(vec[i] & 1))
			i++;
		start = i;
		while (i < n && (vec[i] & 1))
			i++;
		if (i > start)
			sink->put(sink, page + start, i - start,
			    LAYER_BIT(LAYER_CACHED));
	}
}

static uint64_t
read_runs(void *self, uint64_t page, uint64_t end, struct scan_sink *sink)
{
	struct mincore *m = self;
	uint64_t page_bytes = m->target->facts.page_bytes;
	uint64_t n = end - page < MINCORE_CHUNK ? end - page : MINCORE_CHUNK;
	void *addr = target_window(m->target, page, n);

	if (addr == NULL || mincore(addr, n * page_bytes, m->vec) != 0)
		sink->put(sink, page, n, SCAN_UNKNOWN);
	else
		mincore_runs(m->vec, n, page, sink);
	return page + n;
}

const struct scan_reader mincore_reader = {
	.name = "mincore",
	.layers = LAYER_BIT(LAYER_CACHED),
	.runs = read_runs,
};
