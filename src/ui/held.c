#include "config.h"

#include "held.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/changes.h"
#include "pagetide/clock.h"
#include "pagetide/difference.h"
#include "pagetide/history.h"
#include "pagetide/landwatch.h"
#include "pagetide/second.h"
#include "pagetide/sharers.h"
#include "pagetide/whowatch.h"
#include "pagetide/pastchanges.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/ui.h"
#include "pagetide/units.h"
#include "pagetide/waterfall.h"
#include "pagetide/xalloc.h"

/* How long totals stand at least. */
#define TOTALS_NS (NS_PER_S / 2)

/* Has something else happened than that more was counted? */
static bool
is_new(const struct sample *s, const struct sample *held)
{
	return held->seq == 0 || s->t_ns - held->t_ns >= TOTALS_NS ||
	    s->target.pages != held->target.pages ||
	    s->worker.alive != held->worker.alive ||
	    s->worker.running != held->worker.running ||
	    s->worker.walk_seq != held->worker.walk_seq ||
	    s->workers.acts != held->workers.acts ||
	    s->counters.known != held->counters.known ||
	    s->total_known != held->total_known;
}

void
held_totals(struct ui *ui, struct sample *s)
{
	if (!ui->opts.terminal || ui->frozen)
		return;
	if (is_new(s, &ui->look.held))
		ui->look.held = *s;
	s->counters = ui->look.held.counters;
	s->base = ui->look.held.base;
	memcpy(s->total, ui->look.held.total, sizeof s->total);
	s->worker.latency = ui->look.held.worker.latency;
	s->worker.private_dirty_bytes =
	    ui->look.held.worker.private_dirty_bytes;
}

void
held_reach(struct ui *ui)
{
	uint64_t oldest_ns = history_oldest_ns(ui->watch->history);
	uint64_t t_ns = ui->past.sample.t_ns;

	ui->then.reach_ns = oldest_ns != 0 && oldest_ns < t_ns ?
	    t_ns - oldest_ns : 0;
}

const struct changes *
held_changes(struct ui *ui)
{
	uint64_t t_ns = ui->past.sample.t_ns;
	struct changes *made;

	if (!ui->frozen || ui->view != VIEW_CHANGED)
		return ui->changes;
	if (ui->then.changes != NULL && ui->then.changes_ns == t_ns &&
	    changes_are_of(ui->then.changes, &ui->shown))
		return ui->then.changes;
	made = pastchanges(ui->watch->history, &ui->vp, t_ns, UI_FADE_NS);
	if (made == NULL)
		return ui->changes;
	changes_free(ui->then.changes);
	ui->then.changes = made;
	ui->then.changes_ns = t_ns;
	return made;
}

const struct waterfall *
held_waterfall(struct ui *ui, const struct sample *now)
{
	struct fall_shape shape = waterfall_shape(&ui->vp,
	    ui->graph.column_ns);

	if (ui->view == VIEW_WATERFALL)
		waterfall_fill(ui->graph.fall, &shape, ui->watch->history,
		    now);
	return ui->graph.fall;
}

const struct difference *
held_diff(const struct ui *ui)
{
	if (ui->view == VIEW_DIFF && ui->list.diff != NULL)
		difference_look(ui->list.diff, &ui->shown);
	return ui->list.diff;
}

const struct landing *
held_landing(const struct ui *ui)
{
	bool replayed = ui->opts.replay != UI_REPLAY_NONE;

	if (ui->frozen && (replayed || ui->then.back_ns != 0))
		return ui->past.acted.landing;
	if (ui->frozen)
		return &ui->then.landing;
	return replayed ? ui->watch->acted.landing :
	    landwatch_now(ui->act->helpers.landwatch);
}

/* Of more cells than there is room for the first. */
static uint32_t
cells_asked(const struct viewport *vp)
{
	size_t n = viewport_cells(vp);

	return n < SHARERS_CELLS ? (uint32_t)n : SHARERS_CELLS;
}

void
held_ask_cell(const struct ui *ui)
{
	const struct viewport *vp = &ui->vp;
	uint64_t first = vp->cursor_page >> vp->shift << vp->shift;
	uint64_t n = UINT64_C(1) << vp->shift;
	const struct sharers_look look = { .cell_first = first,
		.cell_n = n < vp->pages - first ? n : vp->pages - first,
		.grid_first = vp->first_page, .grid_shift = vp->shift,
		.grid_cells = cells_asked(vp) };

	if (ui->side == SIDE_WHO || ui->view == VIEW_WHO)
		whowatch_look(ui->act->helpers.whowatch, &look);
	second_cell(ui->act, look.cell_first, look.cell_n);
}

const struct sharers *
held_sharers(const struct ui *ui)
{
	static const struct sharers nobody = { 0 };

	if (!ui->frozen)
		return whowatch_now(ui->act->helpers.whowatch);
	if (ui->then.back_ns != 0)
		return NULL;
	return ui->then.sharers != NULL ? ui->then.sharers : &nobody;
}

static void
keep_sharers(struct ui *ui)
{
	const struct sharers *now = whowatch_now(ui->act->helpers.whowatch);

	free(ui->then.sharers);
	ui->then.sharers = NULL;
	if (now == NULL || !now->on)
		return;
	ui->then.sharers = xcalloc(1, sizeof *now);
	*ui->then.sharers = *now;
}

bool
held_fades(const struct ui *ui)
{
	uint64_t now_ns = ui->watch->live.t_ns;
	uint64_t fade_ns = UI_FADE_NS + ui->watch->opts.interval_ns;
	uint64_t landed_ns =
	    landwatch_now(ui->act->helpers.landwatch)->last_ns;

	return (ui->view == VIEW_CHANGED && changes_fading(ui->changes, now_ns,
	    fade_ns)) || (landed_ns != 0 && now_ns < landed_ns + fade_ns);
}

void
held_keep(struct ui *ui)
{
	landing_copy(&ui->then.landing,
	    landwatch_now(ui->act->helpers.landwatch));
	keep_sharers(ui);
}

int
ui_past_kept(const struct ui *ui, struct strbuf *why)
{
	if (history_len(ui->watch->history) > 0)
		return 0;
	strbuf_adds(why, ui->watch->opts.history_bytes == 0 ?
	    "no past sample is kept: --history 0" : "no sample yet");
	return -ENOENT;
}

void
ui_add_reach(const struct ui *ui, struct strbuf *out)
{
	const struct history *h = ui->watch->history;
	struct snapshot oldest = { 0 }, newest = { 0 };
	char wall[UNITS_MAX], span[UNITS_MAX];
	uint64_t ns;

	if (history_at(h, 0, &oldest) &&
	    history_at(h, history_len(h) - 1, &newest)) {
		ns = newest.sample.t_ns - oldest.sample.t_ns;
		strbuf_addf(out, ": kept are %s, since %s%s", units_span(span,
		    ns - ns % (NS_PER_S / 10)), units_wall(wall,
		    oldest.sample.wall_ns), history_has_dropped(h) ?
		    " (--history is full)" : "");
	}
	snapshot_done(&oldest);
	snapshot_done(&newest);
}
