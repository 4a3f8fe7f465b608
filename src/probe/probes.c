#include "config.h"

#include "pagetide/probes.h"

#include <stdlib.h>

#include "pagetide/clock.h"
#include "pagetide/notice.h"
#include "pagetide/strbuf.h"
#include "pagetide/target.h"
#include "pagetide/xalloc.h"

#include "probe.h"

/* More than any screen has; keeps memory bounded whatever look() is asked. */
#define ZOOM_CELLS_MAX	(UINT64_C(1) << 16)
/* What a refresh may spend on pages that a change of size made unknown. */
#define TAIL_NS		NS_PER_MS

/* ---- shapes ---- */

/* Shapes the zoom grid after what is looked at. */
static void
shape_zoom(struct probes *p)
{
	struct area *zoom = &p->area[AREA_ZOOM];
	struct cells *grid = &zoom->scan.grid;
	uint64_t pages = p->target->facts.pages, n = p->look_pages;
	uint64_t first = p->look_first >> p->look_shift << p->look_shift;
	uint64_t max = ZOOM_CELLS_MAX << p->look_shift;
	bool was_zoomed = p->zoomed;

	p->zoomed = p->look_shift < p->area[AREA_OVERVIEW].scan.grid.shift &&
	    first < pages && n > 0;
	if (!p->zoomed)
		return;
	n += p->look_first - first;
	if (n > pages - first)
		n = pages - first;
	if (n > max)
		n = max;
	if (was_zoomed && grid->first_page == first && grid->pages == n &&
	    grid->shift == p->look_shift)
		return;
	scan_shape(&zoom->scan, first, n, p->look_shift);
	scan_restart(&zoom->scan);
	probe_reshaped(p, zoom);
}

static void
shape_overview(struct probes *p)
{
	uint64_t pages = p->target->facts.pages;

	scan_shape(&p->area[AREA_OVERVIEW].scan, 0, pages,
	    cells_fit_shift(pages, p->max_cells));
	probe_reshaped(p, &p->area[AREA_OVERVIEW]);
}

/* The target's size and permissions. */
static int
refresh_target(struct probes *p, unsigned *notices)
{
	struct scan *overview = &p->area[AREA_OVERVIEW].scan;
	/* The target may know of another size since the pass began. */
	uint64_t old_pages = overview->grid.pages;
	int err;

	err = target_refresh(p->target, notices);
	if (p->target->follow_name)
		*notices &= ~SOURCE_REPLACED;
	if (p->target->residency_known != p->residency_known)
		readers_choose(p);
	if (p->target->facts.pages != old_pages) {
		shape_overview(p);
		scan_tail(overview, old_pages, TAIL_NS);
		shape_zoom(p);
	}
	return err;
}

int
probes_refresh(struct probes *p, unsigned *notices)
{
	int err, i;

	probe_look_at_mapping(p);
	err = refresh_target(p, notices);
	if (mapped_read_flags(&p->mapped))
		for (i = 0; i < AREAS; i++)
			mapped_put_locked(&p->mapped, &p->area[i].scan.grid);
	return err;
}

/* ---- what is asked for ---- */

void
probes_look(struct probes *p, uint64_t first_page, uint64_t pages,
    unsigned shift)
{
	if (first_page == p->look_first && pages == p->look_pages &&
	    shift == p->look_shift)
		return;
	p->look_first = first_page;
	p->look_pages = pages;
	p->look_shift = shift;
	shape_zoom(p);
	probe_forget_inflight(p);
}

void
probes_want(struct probes *p, unsigned layers)
{
	if (layers == p->wanted)
		return;
	p->wanted = layers;
	probe_forget_inflight(p);
}

void
probes_window(struct probes *p, uint64_t window_ns)
{
	p->window_ns = window_ns;
}

void
probes_pages_only(struct probes *p)
{
	p->pages_only = true;
}

void
probes_hurry(struct probes *p)
{
	int i;

	for (i = 0; i < AREAS; i++)
		scan_hurry(&p->area[i].scan);
}

void
probes_stir(struct probes *p)
{
	int i;

	for (i = 0; i < AREAS; i++)
		scan_stir(&p->area[i].scan);
}

void
probes_touch_flags(struct probes *p)
{
	p->mapped.flags_stale = true;
}

void
probes_set_subject(struct probes *p, const struct subject *subject)
{
	int i;

	p->subject = subject != NULL ? *subject : (struct subject){ 0 };
	mapped_forget(&p->mapped);
	readers_set(p, SCAN_TABLES, NULL, NULL);
	for (i = 0; i < AREAS; i++)
		touched_reshaped(&p->area[i].touched);
	probe_look_at_mapping(p);
}

/* ---- pages by themselves ---- */

bool
probes_pages(struct probes *p, uint64_t first_page, uint64_t n_pages,
    uint64_t within_ns, struct cells *out)
{
	struct readers by = p->area[AREA_OVERVIEW].scan.by;
	struct cells grid;
	struct pass pass = { .grid = &grid, .by = &by };
	bool whole;

	if (by.reader[SCAN_CACHE] == NULL)
		return false;
	/* Not cachestat, which would be asked for each page by itself. */
	by.reader[SCAN_CACHE] = &mincore_reader;
	by.self[SCAN_CACHE] = &p->mincore;
	cells_init(&grid);
	cells_reshape(&grid, first_page, n_pages, 0);
	pass_start(&pass, pass_stages(&by), first_page, cells_end(&grid));
	whole = pass_step(&pass, clock_now_ns() + within_ns);
	if (whole)
		cells_copy(out, &grid);
	cells_done(&grid);
	return whole;
}

/* ---- life ---- */

void
probes_restart(struct probes *p)
{
	int i;

	for (i = 0; i < AREAS; i++) {
		scan_done(&p->area[i].scan);
		scan_init(&p->area[i].scan);
	}
	p->zoomed = false;
	p->cachestat.err = 0;
	shape_overview(p);
	readers_choose(p);
	shape_zoom(p);
}

static void
area_init(struct area *a, const struct probes *p)
{
	scan_init(&a->scan);
	holes_init(&a->holes, p->target, &a->scan.grid);
	touched_init(&a->touched, &p->subject, &a->scan.grid);
}

struct probes *
probes_open(struct target *target, enum source_method method,
    size_t max_cells, struct strbuf *why)
{
	const char *refused = NULL;
	char buf[CACHESTAT_WHY_MAX];
	struct probes *p;
	int i;

	if (method == METHOD_CACHESTAT)
		refused = cachestat_probe(target->fd, target->fstype, buf);
	if (refused != NULL) {
		strbuf_addf(why, "can't count: %s", refused);
		return NULL;
	}
	p = xcalloc(1, sizeof *p);
	p->target = target;
	p->method = method;
	p->max_cells = max_cells;
	p->mincore.target = target;
	p->cachestat.target = target;
	mapped_init(&p->mapped, target, &p->subject);
	inflight_init(&p->inflight, target);
	for (i = 0; i < AREAS; i++)
		area_init(&p->area[i], p);
	shape_overview(p);
	readers_choose(p);
	return p;
}

void
probes_close(struct probes *p)
{
	int i;

	mapped_close(&p->mapped);
	inflight_done(&p->inflight);
	for (i = 0; i < AREAS; i++) {
		scan_done(&p->area[i].scan);
		holes_done(&p->area[i].holes);
	}
	free(p);
}
