#include "config.h"

#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/order.h"
#include "pagetide/strbuf.h"
#include "pagetide/target.h"
#include "pagetide/xalloc.h"

/* More than any screen has; keeps memory bounded whatever look() is asked. */
#define ZOOM_CELLS_MAX	(UINT64_C(1) << 16)
#define TMPFS_MAGIC	0x01021994
/* What a read() may spend on pages that a change of size made unknown. */
#define TAIL_NS		NS_PER_MS

static void
set_reader(struct live *l, enum scan_stage stage,
    const struct scan_reader *reader, void *self)
{
	if (reader == NULL && l->overview.reader[stage] == NULL)
		return;
	scan_set_reader(&l->overview, stage, reader, self);
	scan_set_reader(&l->zoom, stage, reader, self);
}

/* What is known of pages in flight is out of date. */
static void
forget_inflight(struct live *l)
{
	cells_forget(&l->overview.grid, LAYER_BIT(LAYER_INFLIGHT));
	cells_forget(&l->zoom.grid, LAYER_BIT(LAYER_INFLIGHT));
	inflight_reset(&l->inflight);
}

/* Why pages in flight can't be told, or NULL; refused: why cachestat does
 * not count. Both interfaces have to tell the truth. */
static const char *
refuse_inflight(const struct live *l, const char *refused)
{
	if (!l->residency_known)
		return target_remark(l->target);
	if (l->method == METHOD_MINCORE)
		return "in flight needs cachestat too, not --source mincore";
	if (l->target->fstype == TMPFS_MAGIC)
		return "nothing is read into tmpfs: nothing is in flight";
	return refused;
}

/* Decides who tells what is cached, and why it isn't the best one. */
static void
choose_cached(struct live *l)
{
	const struct target *t = l->target;
	const char *refused = NULL;

	l->residency_known = t->residency_known;
	if (l->method != METHOD_MINCORE)
		refused = cachestat_probe(t->fd, t->fstype, l->cachestat_why);
	l->inflight_why = refuse_inflight(l, refused);
	forget_inflight(l);
	l->cached_why = refused;
	if (refused == NULL || !t->residency_known)
		l->cached_why = target_remark(t);
	if (!t->residency_known) {
		set_reader(l, SCAN_CACHE, NULL, NULL);
	} else if (l->method != METHOD_MINCORE && refused == NULL) {
		set_reader(l, SCAN_CACHE, &cachestat_reader, &l->cachestat);
	} else if (l->method != METHOD_CACHESTAT) {
		set_reader(l, SCAN_CACHE, &mincore_reader, &l->mincore);
	} else {
		set_reader(l, SCAN_CACHE, NULL, NULL);
	}
}

/* cachestat may cease to answer, when permissions change. */
static void
check_cachestat(struct live *l)
{
	char why[CACHESTAT_WHY_MAX];

	if (l->cachestat.err == 0)
		return;
	l->cachestat.err = 0;
	if (cachestat_probe(l->target->fd, l->target->fstype, why) != NULL)
		choose_cached(l);
}

static void
close_mapping(struct live *l)
{
	pagemap_close(&l->pagemap);
	if (l->smaps_fd >= 0)
		close(l->smaps_fd);
	l->smaps_fd = -1;
	l->mapped_why[0] = '\0';
	set_reader(l, SCAN_TABLES, NULL, NULL);
}

static void
open_mapping(struct live *l)
{
	char path[64];
	int err;

	err = pagemap_open(&l->pagemap, l->worker.pid, l->map_addr,
	    l->map_first_page, l->map_pages);
	if (err != 0) {
		snprintf(l->mapped_why, sizeof l->mapped_why,
		    "the worker's pagemap can't be opened: %s",
		    strerror(-err));
		return;
	}
	set_reader(l, SCAN_TABLES, pagemap_reader(&l->pagemap), &l->pagemap);
	snprintf(path, sizeof path, "/proc/%d/smaps", (int)l->worker.pid);
	l->smaps_fd = open(path, O_RDONLY | O_CLOEXEC);
}

/* What the worker says of its mapping; nothing, while it is at it. */
static void
ask_mapping(const struct work_shared *shared, struct worker_facts *now)
{
	now->map_addr = atomic_load(&shared->map_addr);
	now->map_first_page = atomic_load(&shared->map_first_page);
	now->map_pages = atomic_load(&shared->map_pages);
	now->map_flags = atomic_load(&shared->map_flags);
	if (now->map_addr != atomic_load(&shared->map_addr))
		*now = (struct worker_facts){ 0 };
}

/* Follows the worker's mapping, which may be made anew at any time. */
static void
follow_mapping(struct live *l)
{
	const struct work_shared *shared = l->worker.shared;
	struct worker_facts now = { 0 };

	if (shared != NULL)
		ask_mapping(shared, &now);
	if (now.map_addr == l->map_addr && now.map_pages == l->map_pages &&
	    now.map_first_page == l->map_first_page &&
	    now.map_flags == l->map_flags)
		return;
	close_mapping(l);
	l->map_addr = now.map_addr;
	l->map_first_page = now.map_first_page;
	l->map_pages = now.map_pages;
	l->map_flags = now.map_flags;
	l->flags_stale = true;
	if (l->map_addr != 0)
		open_mapping(l);
}

/* Shapes the zoom grid after what is looked at. */
static void
shape_zoom(struct live *l)
{
	uint64_t pages = l->target->facts.pages, n = l->look_pages;
	uint64_t first = l->look_first >> l->look_shift << l->look_shift;
	uint64_t max = ZOOM_CELLS_MAX << l->look_shift;
	struct cells *grid = &l->zoom.grid;
	bool was_zoomed = l->zoomed;

	l->zoomed = l->look_shift < l->overview.grid.shift && first < pages &&
	    n > 0;
	if (!l->zoomed)
		return;
	n += l->look_first - first;
	if (n > pages - first)
		n = pages - first;
	if (n > max)
		n = max;
	if (was_zoomed && grid->first_page == first && grid->pages == n &&
	    grid->shift == l->look_shift)
		return;
	scan_shape(&l->zoom, first, n, l->look_shift);
	scan_restart(&l->zoom);
	holes_reshaped(&l->zoom_holes);
	touched_reshaped(&l->zoom_touched);
	liveflags_put(l, grid);
}

static void
shape_overview(struct live *l)
{
	uint64_t pages = l->target->facts.pages;

	scan_shape(&l->overview, 0, pages,
	    cells_fit_shift(pages, l->max_cells));
	holes_reshaped(&l->holes);
	touched_reshaped(&l->touched);
	forget_inflight(l);
}

/* Follows the target's size and permissions. */
static int
follow_target(struct live *l, unsigned *notices)
{
	uint64_t old_pages = l->target->facts.pages;
	int err;

	err = target_refresh(l->target, notices);
	if (l->target->follow_name)
		*notices &= ~SOURCE_REPLACED;
	if (l->target->residency_known != l->residency_known)
		choose_cached(l);
	if (l->target->facts.pages != old_pages) {
		shape_overview(l);
		scan_tail(&l->overview, old_pages, TAIL_NS);
		liveflags_put(l, &l->overview.grid);
		shape_zoom(l);
	}
	return err;
}

static int
live_step(void *self, uint64_t deadline_ns)
{
	struct live *l = self;
	bool done;

	follow_mapping(l);
	done = inflight_step(&l->inflight, deadline_ns);
	if (done && l->zoomed)
		done = scan_step(&l->zoom, deadline_ns);
	if (done)
		done = scan_step(&l->overview, deadline_ns);
	if (done && l->zoomed)
		done = touched_step(&l->zoom_touched, deadline_ns) &&
		    holes_step(&l->zoom_holes, deadline_ns);
	if (done)
		done = touched_step(&l->touched, deadline_ns) &&
		    holes_step(&l->holes, deadline_ns);
	check_cachestat(l);
	return done;
}

static int
live_read(void *self, struct sample *out, unsigned *notices)
{
	struct live *l = self;
	unsigned noticed = 0;
	int err;

	follow_mapping(l);
	err = follow_target(l, &noticed);
	liveflags_read(l);
	l->noticed |= noticed;
	if (notices != NULL) {
		*notices = l->noticed;
		l->noticed = 0;
	}
	*out = (struct sample){ .seq = ++l->seq, .gap = l->gap };
	l->gap = false;
	if (l->begun)
		counters_read(&l->fds, &out->counters);
	out->t_ns = clock_now_ns();
	out->wall_ns = clock_wall_ns();
	out->target = l->target->facts;
	livefacts_read(l, out);
	return err;
}

static void
live_look(void *self, uint64_t first_page, uint64_t pages, unsigned shift)
{
	struct live *l = self;

	if (first_page == l->look_first && pages == l->look_pages &&
	    shift == l->look_shift)
		return;
	l->look_first = first_page;
	l->look_pages = pages;
	l->look_shift = shift;
	shape_zoom(l);
	forget_inflight(l);
}

static void
live_want(void *self, unsigned layers)
{
	struct live *l = self;

	if (layers == l->wanted)
		return;
	l->wanted = layers;
	l->holes.wanted = l->zoom_holes.wanted =
	    (layers & LAYER_BIT(LAYER_HOLE)) != 0;
	l->touched.wanted = l->zoom_touched.wanted =
	    (layers & LAYER_BIT(LAYER_TOUCHED)) != 0;
	forget_inflight(l);
}

static void
live_set_worker(void *self, const struct source_worker *worker)
{
	struct live *l = self;

	close_mapping(l);
	l->map_addr = l->map_first_page = l->map_pages = 0;
	l->map_flags = 0;
	l->worker = worker != NULL ? *worker : (struct source_worker){ 0 };
	touched_reshaped(&l->touched);
	touched_reshaped(&l->zoom_touched);
	livefacts_close(l);
	livefacts_open(l);
	l->flags_stale = true;
	l->gap = true;
	follow_mapping(l);
}

static void
live_set_memcg(void *self, const struct memcg *memcg)
{
	struct live *l = self;

	l->worker.memcg = memcg;
	memcg_close(&l->memcg);
	memcg_open(&l->memcg, memcg);
}

/* All that was known was about another file; so is the worker. */
static void
start_over(struct live *l)
{
	live_set_worker(l, NULL);
	scan_done(&l->overview);
	scan_done(&l->zoom);
	scan_init(&l->overview);
	scan_init(&l->zoom);
	l->zoomed = false;
	l->cachestat.err = 0;
	shape_overview(l);
	choose_cached(l);
	shape_zoom(l);
}

/* Only what the picture shows, and only when it shows this layer. */
static void
begin_inflight(struct live *l)
{
	if (l->inflight_why == NULL &&
	    (l->wanted & LAYER_BIT(LAYER_INFLIGHT)))
		inflight_begin(&l->inflight, l->zoomed ? &l->zoom.grid
		    : &l->overview.grid, l->look_first, l->look_pages);
}

/* Much is going on while the worker walks, or has touched something. */
static void
watch_worker(struct live *l)
{
	const struct work_shared *shared = l->worker.shared;
	uint64_t touches;

	if (shared == NULL)
		return;
	touches = atomic_load(&shared->touches);
	if (touches != l->touches || atomic_load(&shared->running) != 0) {
		scan_stir(&l->overview);
		scan_stir(&l->zoom);
	}
	l->touches = touches;
}

static void
live_begin(void *self)
{
	struct live *l = self;
	unsigned followed = follow_path(&l->follow, l->target);

	l->begun = true;
	watch_worker(l);
	l->noticed |= followed;
	if ((followed & SOURCE_FOLLOWED) != 0)
		start_over(l);
	scan_begin(&l->overview);
	holes_begin(&l->holes);
	touched_begin(&l->touched, l->window_ns);
	if (l->zoomed) {
		scan_begin(&l->zoom);
		holes_begin(&l->zoom_holes);
		touched_begin(&l->zoom_touched, l->window_ns);
	}
	begin_inflight(l);
}

static void
live_window(void *self, uint64_t window_ns)
{
	((struct live *)self)->window_ns = window_ns;
}

static int
live_file(void *self)
{
	return ((const struct live *)self)->target->fd;
}

static void
live_hurry(void *self)
{
	struct live *l = self;

	scan_hurry(&l->overview);
	scan_hurry(&l->zoom);
}

static void
live_touch_flags(void *self)
{
	struct live *l = self;

	l->flags_stale = true;
	live_hurry(l);	/* somebody has acted */
}

static void
live_close(void *self)
{
	struct live *l = self;

	close_mapping(l);
	livefacts_close(l);
	scan_done(&l->overview);
	scan_done(&l->zoom);
	target_close(l->target);
	free(l);
}

static const struct source_ops live_ops = {
	.name = "live",
	.step = live_step,
	.begin = live_begin,
	.read = live_read,
	.look = live_look,
	.want = live_want,
	.pages = exact_pages,
	.set_worker = live_set_worker,
	.set_memcg = live_set_memcg,
	.file = live_file,
	.window = live_window,
	.touch_flags = live_touch_flags,
	.hurry = live_hurry,
	.close = live_close,
};

int
live_open(struct source *out, struct target *target,
    enum source_method method, size_t max_cells, struct strbuf *why)
{
	const char *refused = NULL;
	char buf[CACHESTAT_WHY_MAX];
	struct live *l;

	if (method == METHOD_CACHESTAT)
		refused = cachestat_probe(target->fd, target->fstype, buf);
	if (refused != NULL) {
		strbuf_addf(why, "can't count: %s", refused);
		return -EOPNOTSUPP;
	}
	l = xcalloc(1, sizeof *l);
	l->target = target;
	l->method = method;
	l->max_cells = max_cells;
	l->mincore.target = l->cachestat.target = target;
	l->smaps_fd = -1;
	l->gap = true;
	pagemap_init(&l->pagemap, target->facts.page_bytes);
	scan_init(&l->overview);
	scan_init(&l->zoom);
	holes_init(&l->holes, target, &l->overview.grid);
	holes_init(&l->zoom_holes, target, &l->zoom.grid);
	inflight_init(&l->inflight, target);
	touched_init(&l->touched, &l->worker, &l->overview.grid);
	touched_init(&l->zoom_touched, &l->worker, &l->zoom.grid);
	livefacts_open(l);
	shape_overview(l);
	choose_cached(l);
	out->ops = &live_ops;
	out->self = l;
	return 0;
}
