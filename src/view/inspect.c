#include "config.h"

#include "inspect.h"

#include <inttypes.h>
#include <stdio.h>

#include "pagetide/cells.h"
#include "pagetide/order.h"
#include "pagetide/sample.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

/* Of incomplete pages not all are in flight; words, not the names of fields. */
static const char *
label_of(enum layer layer)
{
	static const char *const words[LAYER_COUNT] = {
		[LAYER_RECENT] = "evicted lately",
		[LAYER_INFLIGHT] = "incomplete",
		[LAYER_ZERO] = "zero page",
	};

	return words[layer] != NULL ? words[layer] : layer_table[layer].name;
}

/* "cached        16 of 16" for every layer that is known, "?" if not. */
static void
layer_line(struct panel *p, const struct cells *c, size_t i, enum layer layer)
{
	struct line l;

	panel_start(p, &l, " ");
	line_add(&l, ROLE_DIM, " %-*s", panel_name_cols(p) - 1,
	    label_of(layer));
	if (i >= c->n || !cells_known(c, i, layer))
		line_add(&l, ROLE_WARN, "?");
	else
		line_add(&l, ROLE_TEXT, "%" PRIu32 " of %" PRIu64,
		    c->count[layer][i], cells_pages(c, i));
}

/* Is it known, and so? */
static bool
has(const struct cells *c, size_t i, enum layer layer)
{
	return cells_known(c, i, layer) && c->count[layer][i] > 0;
}

/* Of a page that has no PTE, as far as the entry does not say it. */
static void
next_fault(struct line *l, const struct scene *s, size_t i)
{
	const struct cells *c = s->shown;
	bool hides = scene_kinds_hidden(s, i);

	if (s->sample->target.anon)
		line_add(l, ROLE_TEXT, hides ? "next touch: fault, major if "
		    "swapped" : "next touch: minor fault");
	else if (hides || !cells_known(c, i, LAYER_CACHED))
		line_add(l, ROLE_WARN, "next touch ?");
	else if (c->count[LAYER_CACHED][i] == 0)
		line_add(l, ROLE_WARN, "next touch: major fault");
	else if (has(c, i, LAYER_INFLIGHT))
		line_add(l, ROLE_WARN, "next touch: minor, waits for storage");
	else
		line_add(l, ROLE_TEXT, "next touch: minor fault");
}

/* What touching this one page would cost. */
static void
next_touch(struct line *l, const struct scene *s, size_t i)
{
	const struct cells *c = s->shown;

	if (!cells_known(c, i, LAYER_MAPPED))
		line_add(l, ROLE_WARN, "next touch ?");
	else if (c->count[LAYER_MAPPED][i] > 0)
		line_add(l, ROLE_GOOD, "next touch: none");
	else if (has(c, i, LAYER_GUARD))
		line_add(l, ROLE_WARN, "next touch: SIGSEGV");
	else if (has(c, i, LAYER_SWAPPED))
		line_add(l, ROLE_WARN, "next touch: major, if not kept yet");
	else
		next_fault(l, s, i);
}

static void
inspect_advice(struct panel *p, const struct scene *s, uint64_t page,
    uint64_t pages)
{
	char text[SAMPLE_ADVICE_MAX];
	struct line l;

	panel_start(p, &l, " ");
	line_add(&l, ROLE_DIM, " %-*s", panel_name_cols(p) - 1,
	    "advice");
	line_add(&l, ROLE_TEXT, "%s", sample_advice_text(text, s->sample, page,
	    pages));
}

/* Is it known, with no page in it, and worth a word? In a shared mapping no
 * page can be private, nor any of the kinds that there are of those. */
static bool
is_none(const struct scene *s, size_t i, enum layer layer)
{
	const unsigned own = LAYER_KINDS | LAYER_BIT(LAYER_PRIVATE);

	return cells_known(s->shown, i, layer) &&
	    s->shown->count[layer][i] == 0 &&
	    ((own & LAYER_BIT(layer)) == 0 ||
	    (s->sample->worker.map_flags & MAP_SPEC_PRIVATE) != 0);
}

/* Begins a line of names, which keeps a column for the comma at its end. */
static void
none_line(struct panel *p, struct line *l, const char *head)
{
	panel_start(p, l, ", ");
	line_join(l, ROLE_DIM, "%s", head);
	l->any = false;
	l->end--;
}

/* " none: dirty, writeback": known layers without a page, in little room. */
static void
none_lines(struct panel *p, const struct scene *s, size_t i)
{
	struct line l;
	bool any = false;

	for (int layer = LAYER_MAPPED + 1; layer < LAYER_COUNT; layer++) {
		const char *name = label_of(layer);

		if (!is_none(s, i, (enum layer)layer))
			continue;
		if (!any)
			none_line(p, &l, " none: ");
		any = true;
		if (line_add(&l, ROLE_DIM, "%s", name))
			continue;
		l.end++;
		l.left_out = false;
		line_join(&l, ROLE_DIM, ",");
		none_line(p, &l, " ");
		line_add(&l, ROLE_DIM, "%s", name);
	}
}

/* Cached and mapped always, the others where the source reports them. */
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

static void
worker_line(struct panel *p, const char *label, bool known, uint64_t n,
    uint64_t of)
{
	struct line l;

	panel_start(p, &l, " ");
	line_add(&l, ROLE_DIM, " %-*s", panel_name_cols(p) - 1, label);
	if (known)
		line_add(&l, ROLE_TEXT, "%" PRIu64 " of %" PRIu64, n, of);
	else
		line_add(&l, ROLE_WARN, "?");
}

/* Who of two has it, and whether that is one page. */
static void
inspect_workers(struct panel *p, const struct workers_facts *w, uint64_t page,
    uint64_t pages)
{
	bool known = w->cell_known && w->cell_first == page &&
	    w->cell_pages == pages;

	if (!w->two)
		return;
	worker_line(p, "worker 1", known, w->cell.mapped[0], pages);
	worker_line(p, "worker 2", known, w->cell.mapped[1], pages);
	if (known && w->cell.both > 0)
		worker_line(p, "same page", true, w->cell.same, w->cell.both);
}

/* Where it is mapped, if the mapping reaches that far. */
static void
inspect_address(struct panel *p, const struct sample *s, uint64_t page)
{
	const struct worker_facts *w = &s->worker;
	struct line l;

	if ((!w->alive && w->process == 0) || w->map_addr == 0 ||
	    page < w->map_first_page ||
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
	inspect_workers(p, &s->sample->workers, page, pages);
	if (s->read_only)
		return;
	inspect_advice(p, s, page, pages);
	/* No answer stands on the screen while it is asked for. */
	if (pages == 1 && at < s->shown->n &&
	    s->list.lesson.state != LESSON_ASKS) {
		panel_start(p, &l, "");
		line_add(&l, ROLE_TEXT, " ");
		next_touch(&l, s, at);
	}
}

void
inspect_moves(struct panel *p, const struct pte_moves *m)
{
	const char *least = m->exact ? "" : ">=";
	bool wide = p->r.w >= PANEL_WIDE;
	char text[160], time[UNITS_MAX];

	if (!m->known)
		snprintf(text, sizeof text, "came in ?, went out ?");
	else
		snprintf(text, sizeof text, "%s %s%" PRIu64 ", %s %s%" PRIu64
		    " in %s", wide ? "came in" : "in", m->came_pages > 0 ?
		    least : "", m->came_pages, wide ? "went out" : "out",
		    m->went_pages > 0 ? least : "", m->went_pages,
		    units_duration(time, m->within_ns));
	panel_wrapped(p, m->known ? ROLE_TEXT : ROLE_WARN, 1, text);
}
