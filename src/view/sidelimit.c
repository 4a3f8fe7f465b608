#include "config.h"

#include "sidelimit.h"

#include <stdint.h>

#include "pagetide/sample.h"
#include "pagetide/units.h"

/* "16.0 MiB", "off" or "?" */
static const char *
limit_text(char buf[UNITS_MAX], const struct memory_facts *m)
{
	if (!m->limit_known)
		return "?";
	if (m->limit_bytes == UINT64_MAX)
		return "off";
	return units_bytes(buf, m->limit_bytes);
}

static void
draw_use(struct panel *p, const struct memory_facts *m)
{
	char limit[UNITS_MAX], used[UNITS_MAX] = "?";
	struct line l;

	if (m->usage_known)
		units_bytes(used, m->usage_bytes);
	panel_section(p, &l, "LIMIT");
	line_add(&l, ROLE_TEXT, "%s", limit_text(limit, m));
	line_add(&l, ROLE_TEXT, "used %s", used);
}

/* How often the limit was met, and PSI: the cgroup's own, or that of the
 * whole system. */
static void
draw_pressure(struct panel *p, const struct memory_facts *m)
{
	char hits[UNITS_MAX] = "?";
	struct line l;

	if (m->hits_known)
		units_rate(hits, (double)m->limit_hits);
	panel_start(p, &l, "  ");
	line_add(&l, ROLE_TEXT, " hits %s", hits);
	if (!m->pressure_known)
		line_add(&l, ROLE_TEXT, "PSI ?");
	else
		line_add(&l, ROLE_TEXT, "%sPSI some %.1f full %.1f %%",
		    m->pressure_own ? "" : "system ",
		    m->some_avg10_bp / 100.0, m->full_avg10_bp / 100.0);
}

void
sidelimit_draw(struct panel *p, const struct scene *s)
{
	const struct memory_facts *m = &s->sample->memory;

	if (!m->limited)
		return;
	if (p->shed < SHED_LIMIT)
		draw_use(p, m);
	draw_pressure(p, m);
}
