#include "config.h"

#include "moves.h"

#include <stdlib.h>

#include "pagetide/cells.h"
#include "pagetide/clock.h"
#include "pagetide/sample.h"
#include "pagetide/xalloc.h"

/* Passes of that time at least are told together, where there are so many. */
#define WITHIN_NS	NS_PER_S

void
moves_forget(struct moves *m)
{
	free(m->mapped);
	*m = (struct moves){ 0 };
}

/* Is the pass before of the same cells, of the same mapping? */
static bool
is_comparable(const struct moves *m, const struct sample *s)
{
	return m->pass_ns != 0 && m->n == s->overview->n &&
	    m->shift == s->overview->shift &&
	    m->map_addr == s->worker.map_addr &&
	    m->map_pages == s->worker.map_pages;
}

static void
begin(struct moves *m, const struct sample *s)
{
	moves_forget(m);
	m->n = s->overview->n;
	m->mapped = xcalloc(m->n, sizeof *m->mapped);
	m->shift = s->overview->shift;
	m->map_addr = s->worker.map_addr;
	m->map_pages = s->worker.map_pages;
}

/* Takes down what is mapped; came, went: net of each cell, not of all. */
static void
compare(struct moves *m, const struct cells *c, uint64_t *came, uint64_t *went)
{
	for (size_t i = 0; i < m->n; i++) {
		uint32_t now = c->count[LAYER_MAPPED][i];

		if (now > m->mapped[i])
			*came += now - m->mapped[i];
		else
			*went += m->mapped[i] - now;
		m->mapped[i] = now;
	}
}

static void
take_pass(struct moves *m, const struct sample *s)
{
	uint64_t came = 0, went = 0, at = m->passes % MOVES_PASSES;
	bool comparable = is_comparable(m, s);

	if (!comparable)
		begin(m, s);
	compare(m, s->overview, &came, &went);
	if (comparable) {
		m->pass[at].came = came;
		m->pass[at].went = went;
		m->pass[at].ns = s->scan.pass_ns - m->pass_ns;
		m->passes++;
		m->came_all += came;
		m->went_all += went;
	}
	m->pass_ns = s->scan.pass_ns;
}

/* The last passes, back to that time. */
static void
tell(const struct moves *m, struct pte_moves *out)
{
	*out = (struct pte_moves){ .known = m->passes > 0,
		.exact = m->shift == 0, .came_all_pages = m->came_all,
		.went_all_pages = m->went_all };
	for (uint64_t i = 0; i < m->passes && i < MOVES_PASSES &&
	    out->within_ns < WITHIN_NS; i++) {
		uint64_t at = (m->passes - 1 - i) % MOVES_PASSES;

		out->came_pages += m->pass[at].came;
		out->went_pages += m->pass[at].went;
		out->within_ns += m->pass[at].ns;
	}
}

void
moves_feed(struct moves *m, struct sample *s)
{
	if (s->worker.process == 0 || s->overview == NULL ||
	    !sample_total_known(s, LAYER_MAPPED)) {
		moves_forget(m);
		return;
	}
	if (s->scan.pass_ns != 0 && s->scan.pass_ns != m->pass_ns)
		take_pass(m, s);
	tell(m, &s->worker.moves);
}
