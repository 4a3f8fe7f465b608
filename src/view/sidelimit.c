#include "config.h"

#include "sidelimit.h"

#include <stdint.h>

#include "pagetide/sample.h"
#include "pagetide/units.h"

/* "limit hits 865", "limit off" */
static void
add_hits(struct line *l, const struct memory_facts *m)
{
	char hits[UNITS_MAX] = "?";

	if (m->limit_known && m->limit_bytes == UINT64_MAX) {
		line_add(l, ROLE_TEXT, "limit off");
		return;
	}
	if (m->hits_known)
		units_rate(hits, (double)m->limit_hits);
	line_add(l, ROLE_TEXT, "limit hits %s", hits);
}

/* PSI, some and full: the cgroup's own, or that of the whole system. */
static void
add_pressure(struct line *l, const struct memory_facts *m)
{
	if (!m->pressure_known)
		line_add(l, ROLE_TEXT, "PSI ?");
	else
		line_add(l, ROLE_TEXT, "%sPSI %.1f/%.1f %%",
		    m->pressure_own ? "" : "system ",
		    m->some_avg10_bp / 100.0, m->full_avg10_bp / 100.0);
}

int
sidelimit_lines(const struct scene *s)
{
	return s->sample->memory.limited ? 1 : 0;
}

void
sidelimit_draw(struct panel *p, const struct scene *s)
{
	const struct memory_facts *m = &s->sample->memory;
	struct line l;

	if (!m->limited)
		return;
	panel_start(p, &l, ", ");
	add_hits(&l, m);
	add_pressure(&l, m);
}
