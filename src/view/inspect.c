#include "config.h"

#include "inspect.h"

#include <inttypes.h>

#include "pagetide/advice.h"
#include "pagetide/cells.h"
#include "pagetide/order.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

/* "cached        16 of 16" for every layer that is known, "?" if not. */
static void
layer_line(struct panel *p, const struct cells *c, size_t i, enum layer layer)
{
	struct line l;

	panel_start(p, &l, " ");
	line_add(&l, ROLE_DIM, " %-*s", panel_name_cols(p) - 1,
	    layer_table[layer].name);
	if (i >= c->n || !cells_known(c, i, layer))
		line_add(&l, ROLE_WARN, "?");
	else
		line_add(&l, ROLE_TEXT, "%" PRIu32 " of %" PRIu64,
		    c->count[layer][i], cells_pages(c, i));
}

/* What touching this one page would cost. */
static void
next_touch(struct line *l, const struct cells *c, size_t i, bool anon)
{
	if (anon && cells_known(c, i, LAYER_MAPPED) &&
	    c->count[LAYER_MAPPED][i] == 0)
		line_add(l, ROLE_TEXT, "next touch: fault, major if swapped");
	else if (anon && cells_known(c, i, LAYER_MAPPED))
		line_add(l, ROLE_GOOD, "next touch: none");
	else if (!cells_known(c, i, LAYER_CACHED) ||
	    !cells_known(c, i, LAYER_MAPPED))
		line_add(l, ROLE_WARN, "next touch ?");
	else if (c->count[LAYER_MAPPED][i] > 0)
		line_add(l, ROLE_GOOD, "next touch: none");
	else if (c->count[LAYER_CACHED][i] == 0)
		line_add(l, ROLE_WARN, "next touch: major fault");
	else
		line_add(l, ROLE_TEXT, "next touch: minor fault");
}

static void
inspect_advice(struct panel *p, const struct scene *s, uint64_t page,
    uint64_t pages)
{
	char text[64] = "?";
	unsigned vmf, differ;
	struct line l;

	if (sample_vmflags(s->sample, page, pages, &vmf, &differ))
		advice_vmflags_text(text, sizeof text, vmf, differ);
	panel_start(p, &l, " ");
	line_add(&l, ROLE_DIM, " %-*s", panel_name_cols(p) - 1,
	    "advice");
	line_add(&l, ROLE_TEXT, "%s", text);
}

/* Is it known, with no page in it, and worth a word? In a shared mapping no
 * page can be private. */
static bool
is_none(const struct scene *s, size_t i, enum layer layer)
{
	return cells_known(s->shown, i, layer) &&
	    s->shown->count[layer][i] == 0 && (layer != LAYER_PRIVATE ||
	    (s->sample->worker.map_flags & MAP_SPEC_PRIVATE) != 0);
}

/* " none: dirty, writeback": known layers without a page, in little room. */
static void
none_lines(struct panel *p, const struct scene *s, size_t i)
{
	struct line l;
	bool any = false;

	for (int layer = LAYER_MAPPED + 1; layer < LAYER_COUNT; layer++) {
		const char *name = layer_table[layer].name;

		if (!is_none(s, i, (enum layer)layer))
			continue;
		if (!any) {
			panel_start(p, &l, ", ");
			line_join(&l, ROLE_DIM, " none: ");
			l.any = false;
		}
		any = true;
		if (line_add(&l, ROLE_DIM, "%s", name))
			continue;
		panel_start(p, &l, ", ");
		line_join(&l, ROLE_DIM, " ");
		l.any = false;
		line_add(&l, ROLE_DIM, "%s", name);
	}
}

/* Cached and mapped always, the others where the source tells them. */
static void
inspect_layers(struct panel *p, const struct scene *s, size_t at)
{
	const struct cells *c = s->shown;

	if (!s->sample->target.anon)
		layer_line(p, c, at, LAYER_CACHED);
	if (!s->read_only)
		layer_line(p, c, at, LAYER_MAPPED);
	if (at >= c->n)
		return;
	for (int layer = LAYER_MAPPED + 1; layer < LAYER_COUNT; layer++)
		if (cells_known(c, at, (enum layer)layer) &&
		    c->count[layer][at] > 0)
			layer_line(p, c, at, (enum layer)layer);
	if (p->shed < SHED_NONE)
		none_lines(p, s, at);
}

/* Where the worker has the page, if its mapping reaches that far. */
static void
inspect_address(struct panel *p, const struct sample *s, uint64_t page)
{
	const struct worker_facts *w = &s->worker;
	struct line l;

	if (!w->alive || w->map_addr == 0 || page < w->map_first_page ||
	    page - w->map_first_page >= w->map_pages)
		return;
	panel_start(p, &l, " ");
	line_add(&l, ROLE_DIM, " %-*s", panel_name_cols(p) - 1,
	    "address");
	line_add(&l, ROLE_TEXT, "0x%" PRIx64,
	    w->map_addr + (page - w->map_first_page) * s->target.page_bytes);
}

/* Which pages the cursor's cell stands for. */
static void
inspect_place(struct panel *p, const struct scene *s, uint64_t page,
    uint64_t pages)
{
	char offset[UNITS_MAX];
	struct line l;

	panel_section(p, &l, "CURSOR X");
	if (pages == 0)
		return;
	line_add(&l, ROLE_TEXT, "at %s", units_offset(offset,
	    page * s->sample->target.page_bytes));
	if (p->r.w < PANEL_WIDE)
		panel_start(p, &l, " ");
	if (pages > 1)
		line_add(&l, ROLE_TEXT, "pages %" PRIu64 "..%" PRIu64, page,
		    page + pages - 1);
	else
		line_add(&l, ROLE_TEXT, "page %" PRIu64, page);
}

void
inspect_draw(struct panel *p, const struct scene *s)
{
	uint64_t page = s->vp->cursor_page >> s->vp->shift << s->vp->shift;
	uint64_t pages = UINT64_C(1) << s->vp->shift;
	size_t at = viewport_cursor_cell(s->vp);
	struct line l;

	if (pages > s->vp->pages - page)
		pages = s->vp->pages - page;
	inspect_place(p, s, page, pages);
	if (pages == 0)
		return;
	if (pages == 1)
		inspect_address(p, s->sample, page);
	inspect_layers(p, s, at);
	if (s->read_only)
		return;
	inspect_advice(p, s, page, pages);
	if (pages == 1 && at < s->shown->n) {
		panel_start(p, &l, "");
		line_add(&l, ROLE_TEXT, " ");
		next_touch(&l, s->shown, at, s->sample->target.anon);
	}
}
