/* Commands about what is shown and where. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/browse.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/landing.h"
#include "pagetide/landwatch.h"
#include "pagetide/layout.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/ui.h"
#include "pagetide/units.h"
#include "pagetide/workset.h"

#include "command.h"
#include "lessons.h"
#include "roomless.h"

/* Graph columns one may choose from. */
static const uint64_t span_table_ns[] = {
	NS_PER_S / 10, NS_PER_S / 5, NS_PER_S / 2, NS_PER_S, 2 * NS_PER_S,
	5 * NS_PER_S, 10 * NS_PER_S, 30 * NS_PER_S, 60 * NS_PER_S,
};
#define N_SPANS (sizeof span_table_ns / sizeof *span_table_ns)

/* Windows of the working set that longer and shorter choose from. */
static const uint64_t window_table_ns[] = {
	NS_PER_S / 10, NS_PER_S / 5, NS_PER_S / 2, NS_PER_S, 2 * NS_PER_S,
	5 * NS_PER_S, 10 * NS_PER_S, 20 * NS_PER_S, 60 * NS_PER_S,
	120 * NS_PER_S, 300 * NS_PER_S, 600 * NS_PER_S,
};
#define N_WINDOWS (sizeof window_table_ns / sizeof *window_table_ns)
#define WINDOW_NOTE_NS	(2 * NS_PER_S)

/* The words of commands, as their rows have them. */
enum { VIEW_NEXT, VIEW_PREV };
enum { ZOOM_IN, ZOOM_OUT, ZOOM_FIT, ZOOM_PAGES };
enum { MOVE_LEFT, MOVE_RIGHT, MOVE_UP, MOVE_DOWN, MOVE_PAGE_UP,
	MOVE_PAGE_DOWN, MOVE_HOME, MOVE_END };
enum { EXPAND_WORD_MAP, EXPAND_WORD_EVENTS, EXPAND_WORD_PANEL };
enum { CHOOSE_LONGER, CHOOSE_SHORTER };
enum { SELECT_ALL, SELECT_TOGGLE };
/* Of enum side_panel. */
static const enum side_panel panel_of[] = { SIDE_LATENCY, SIDE_CURSOR,
	SIDE_MEMORY, SIDE_MONITORS, SIDE_WHY, SIDE_WHO };

/* How far these words of move go; the others go to an end. */
static const struct {
	int	cells, rows, screens;
} move_table[] = {
	[MOVE_LEFT] = { -1, 0, 0 }, [MOVE_RIGHT] = { 1, 0, 0 },
	[MOVE_UP] = { 0, -1, 0 }, [MOVE_DOWN] = { 0, 1, 0 },
	[MOVE_PAGE_UP] = { 0, 0, -1 }, [MOVE_PAGE_DOWN] = { 0, 0, 1 },
};

/* The view that a word of the command means. */
static int
view_of(const struct ui *ui, const struct args *a)
{
	int view;

	if (a->word[0] == VIEW_NEXT)
		return (ui->view + 1) % VIEW_COUNT;
	if (a->word[0] == VIEW_PREV)
		return (ui->view + VIEW_COUNT - 1) % VIEW_COUNT;
	view = view_find(a->v[0]);
	return view == (int)ui->view && a->n > 1 ? (int)ui->list.view_before :
	    view;
}

int
cmd_view(struct ui *ui, const struct args *a, struct strbuf *why)
{
	int view = view_of(ui, a);

	(void)why;
	/* In the list nothing is chosen before it closes. */
	if (!ui->list.views && view != (int)ui->view)
		ui->list.view_before = ui->view;
	ui->view = (enum view_kind)view;
	if (ui->view == VIEW_READAHEAD)
		tracing_want(ui->act);
	/* One that is named is chosen; the others lead on. */
	if (ui->list.views && a->word[0] < 0)
		views_keep(ui);
	ui_looked(ui);
	return 0;
}

int
cmd_zoom(struct ui *ui, const struct args *a, struct strbuf *why)
{
	static const char *const already[] = {
		[ZOOM_IN] = "a page a cell already",
		[ZOOM_OUT] = "all of it is on the screen already",
		[ZOOM_FIT] = "all of it is on the screen already",
		[ZOOM_PAGES] = "a page a cell already",
	};
	unsigned shift = ui->vp.shift;

	(void)why;
	if (a->word[0] == ZOOM_FIT)
		viewport_fit(&ui->vp);
	else if (a->word[0] == ZOOM_PAGES)
		viewport_zoom_pages(&ui->vp);
	else
		viewport_zoom(&ui->vp, a->word[0] == ZOOM_IN ? 1 : -1);
	/* A zoom that can't go on is no key that was lost. */
	if (ui->vp.shift == shift)
		said_line(ui->said, "%s", already[a->word[0]]);
	ui_looked(ui);
	return 0;
}

int
cmd_move(struct ui *ui, const struct args *a, struct strbuf *why)
{
	uint64_t before = ui->vp.cursor_page;
	int w = a->word[0];

	(void)why;
	if (w == MOVE_HOME || w == MOVE_END)
		viewport_goto(&ui->vp, w == MOVE_HOME ? 0 : UINT64_MAX);
	else
		viewport_move(&ui->vp, move_table[w].cells,
		    move_table[w].rows +
		    move_table[w].screens * (int64_t)ui->vp.rows);
	if (ui->vp.cursor_page == before)
		said_line(ui->said, "the cursor is at the %s already",
		    before == 0 ? "first page" : "end");
	ui_moved(ui);
	return 0;
}

int
cmd_goto(struct ui *ui, const struct args *a, struct strbuf *why)
{
	const struct target_facts *t = &ui_sample(ui)->target;
	uint64_t offset;

	if (a->n == 0) {
		ui_prompt_open(ui, "go to (12M, 50%, 0x1f000): ",
		    "goto \"%s\"");
		return 0;
	}
	if (units_parse_offset(a->v[0], t->size_bytes, &offset) != 0) {
		strbuf_addf(why, "not an offset: %s (12M, 50%%, 0x1f000)",
		    a->v[0]);
		return -EINVAL;
	}
	if (offset > t->size_bytes) {
		strbuf_addf(why, "%s is past the end of the file", a->v[0]);
		return -ERANGE;
	}
	viewport_goto(&ui->vp, offset / t->page_bytes);
	ui_moved(ui);
	return 0;
}

/* "16M..32M", also without its start or its end, in bytes. 0 or -EINVAL. */
static int
parse_range(const char *text, uint64_t whole, uint64_t *from, uint64_t *to)
{
	const char *dots = strstr(text, "..");
	char first[UNITS_MAX];

	if (dots == NULL || dots - text >= UNITS_MAX)
		return -EINVAL;
	snprintf(first, sizeof first, "%.*s", (int)(dots - text), text);
	*from = 0;
	*to = whole;
	if (first[0] != '\0' && units_parse_offset(first, whole, from) != 0)
		return -EINVAL;
	if (dots[2] != '\0' && units_parse_offset(dots + 2, whole, to) != 0)
		return -EINVAL;
	return 0;
}

/* The pages that have any of those bytes. */
static int
select_range(struct ui *ui, const struct args *a, struct strbuf *why)
{
	const struct target_facts *t = &ui_sample(ui)->target;
	uint64_t from, to, first;

	if (parse_range(a->v[0], t->size_bytes, &from, &to) != 0)
		return args_refuse(a, 0, "a range like 16M..32M", why);
	if (from >= to || from >= t->size_bytes) {
		strbuf_addf(why, "select: no part of the file: %s", a->v[0]);
		return -ERANGE;
	}
	first = from / t->page_bytes;
	viewport_select_pages(&ui->vp, first, (to - 1) / t->page_bytes + 1 -
	    first);
	return 0;
}

int
cmd_select(struct ui *ui, const struct args *a, struct strbuf *why)
{
	bool on = a->n == 0 || (a->word[0] == SELECT_TOGGLE &&
	    !ui->vp.selecting);

	if (a->n > 0 && a->word[0] < 0)
		return select_range(ui, a, why);
	viewport_select(&ui->vp, on);
	said_line(ui->said, "%s", on ?
	    "the range begins here and ends where the cursor goes" :
	    "no range: hints and walks take all of it");
	return 0;
}

static void
expand(struct ui *ui, enum expand what)
{
	ui->expand = what;
	ui->list.event = 0;
	ui_resized(ui, ui->frame.cols, ui->frame.rows);
}

int
cmd_present(struct ui *ui, const struct args *a, struct strbuf *why)
{
	bool on = ui->expand != EXPAND_PRESENT;
	char back[UI_KEY_MAX], help[UI_KEY_MAX];

	(void)a;
	(void)why;
	expand(ui, on ? EXPAND_PRESENT : EXPAND_NOTHING);
	/* No footer tells. */
	if (on)
		said_line(ui->said, "%s goes back, %s lists the keys",
		    ui_key_for(ui, back, "present"),
		    ui_key_for(ui, help, "help"));
	return 0;
}

int
cmd_escape(struct ui *ui, const struct args *a, struct strbuf *why)
{
	(void)a;
	(void)why;
	if (ui->list.help) {
		ui->list.help = false;
	} else if (ui->list.views) {
		ui->list.views = false;
		ui->view = ui->list.view_then;
		ui_looked(ui);
	} else if (browse_is_open(ui->list.browse)) {
		browse_leave(ui);
	} else if (ui->lessons->list.n > 0) {
		lessons_leave(ui);
	} else if (ui->list.compare.open) {
		compare_leave(ui);
	} else if (ui->list.panel) {
		ui->list.panel = false;
	} else if (ui->vp.selecting && !lessons_selects(ui)) {
		viewport_select(&ui->vp, false);
	} else if (ui->expand != EXPAND_NOTHING) {
		expand(ui, EXPAND_NOTHING);
	} else if (!lessons_leave(ui) && !browse_leave(ui)) {
		said_line(ui->said, "nothing to go back from");
	}
	return 0;
}

static struct layout
layout_now(const struct ui *ui)
{
	struct layout l;

	layout_compute(&l, ui->frame.cols, ui->frame.rows, ui_room(ui));
	return l;
}

int
cmd_expand(struct ui *ui, const struct args *a, struct strbuf *why)
{
	bool events = a->n > 0 && a->word[0] == EXPAND_WORD_EVENTS;
	enum expand what = events ? EXPAND_EVENTS : EXPAND_MAP;

	struct layout before = layout_now(ui), after;

	(void)why;
	if (a->n > 0 && a->word[0] == EXPAND_WORD_PANEL) {
		ui->list.panel = !ui->list.panel;
		return 0;
	}
	expand(ui, ui->expand == what ? EXPAND_NOTHING : what);
	after = layout_now(ui);
	if (memcmp(&before, &after, sizeof after) == 0)
		said_line(ui->said, "no more room for %s",
		    events ? "the events" : "the map");
	roomless_say(ui, events ? ROOM_EVENTS : ROOM_MAP);
	return 0;
}

/* The next longer or shorter of n values in order, if there is one. */
static uint64_t
choose_next(const uint64_t *table, size_t n, int word, uint64_t value)
{
	size_t i = 0;

	while (i + 1 < n && table[i] < value)
		i++;
	if (word == CHOOSE_LONGER)
		i += i + 1 < n && table[i] <= value;
	else
		i -= i > 0;
	return table[i];
}

/* One of those that there are, by its seconds. */
static int
named_span(const struct args *a, uint64_t *column_ns, struct strbuf *why)
{
	uint64_t ns;

	if (units_parse_duration(a->v[0], &ns) == 0)
		for (size_t i = 0; i < N_SPANS; i++)
			if (span_table_ns[i] == ns) {
				*column_ns = ns;
				return 0;
			}
	return args_refuse(a, 0, "0.1, 0.2, 0.5, 1, 2, 5, 10, 30 or 60 seconds",
	    why);
}

int
cmd_span(struct ui *ui, const struct args *a, struct strbuf *why)
{
	uint64_t before_ns = ui->graph.column_ns;
	char text[UNITS_MAX];

	if (a->word[0] < 0)
		return named_span(a, &ui->graph.column_ns, why);
	ui->graph.column_ns = choose_next(span_table_ns, N_SPANS, a->word[0],
	    before_ns);
	if (ui->graph.column_ns == before_ns)
		said_line(ui->said, "span: %s a column, and no %s",
		    units_span(text, before_ns), a->v[0]);
	else if (ui->view != VIEW_WATERFALL)
		roomless_say(ui, ROOM_GRAPHS);
	return 0;
}

int
cmd_graph(struct ui *ui, const struct args *a, struct strbuf *why)
{
	bool faults = a->n > 0 ? a->word[0] == GRAPHS_FAULTS : true;

	if (ui->opts.read_only && ui->watch->live.worker.process == 0 &&
	    faults) {
		strbuf_adds(why, "faults are the worker's, and there is none: "
		    "the graph is of the page cache");
		return -EOPNOTSUPP;
	}
	ui->graph.what = a->n > 0 ? (enum graphs)a->word[0] :
	    (ui->graph.what + 1) % GRAPHS_COUNT;
	roomless_say(ui, ROOM_GRAPHS);
	return 0;
}

static const char window_note[] = "window of the working set:";

/* The graph of sets goes on with another window from here: an event, marked
 * with the key. One is enough for changes in quick succession. */
static void
note_window(struct ui *ui, int word)
{
	static const char key[] = { [CHOOSE_LONGER] = ']',
		[CHOOSE_SHORTER] = '[' };
	const struct event *last = events_at(ui->watch->events, 0);
	char text[UNITS_MAX];
	struct event *ev;

	if (last != NULL && strncmp(last->text, window_note,
	    strlen(window_note)) == 0 &&
	    clock_now_ns() - last->t_ns < WINDOW_NOTE_NS)
		ev = events_get(ui->watch->events, last->seq);
	else
		ev = events_add(ui->watch->events, EVENT_NOTE, 0, "%s", "");
	ev->mark = word >= 0 ? key[word] : EVENT_MARK_COMMAND;
	snprintf(ev->text, sizeof ev->text, "%s %s", window_note,
	    units_span(text, ui->opts.window_ns));
}

int
cmd_window(struct ui *ui, const struct args *a, struct strbuf *why)
{
	uint64_t window_ns = ui->opts.window_ns;
	char text[UNITS_MAX];

	if (a->word[0] >= 0)
		window_ns = choose_next(window_table_ns, N_WINDOWS,
		    a->word[0], window_ns);
	else if (units_parse_duration(a->v[0], &window_ns) != 0 ||
	    !workset_is_window(window_ns))
		return args_refuse(a, 0, "0.1 to 600 seconds in steps of 0.1",
		    why);
	ui_window(ui, window_ns);
	note_window(ui, a->word[0]);
	said_line(ui->said, "working set: pages touched in the last %s",
	    units_span(text, window_ns));
	ui_looked(ui);
	return 0;
}

int
cmd_panel(struct ui *ui, const struct args *a, struct strbuf *why)
{
	enum side_panel panel = a->n > 0 ? panel_of[a->word[0]] : SIDE_LATENCY;
	bool back = a->n != 1 && panel == ui->side;

	ui->side = back ? SIDE_CURSOR : panel;
	if (ui->side == SIDE_WHY)
		tracing_want(ui->act);
	(void)why;
	roomless_say(ui, ROOM_SIDE);
	return 0;
}

/* The words of faults. */
enum { FAULTS_ON, FAULTS_OFF };

int
cmd_faults(struct ui *ui, const struct args *a, struct strbuf *why)
{
	const struct worker_facts *w = &ui->watch->live.worker;
	struct landwatch *lw = ui->act->helpers.landwatch;
	bool on = a->n > 0 ? a->word[0] == FAULTS_ON :
	    !landwatch_is_on(lw);
	const struct landing *l = landwatch_now(lw);

	if (on && w->process == 0 && w->pid == 0) {
		strbuf_adds(why, "faults: there is no process whose faults "
		    "could be seen");
		return -EOPNOTSUPP;
	}
	landwatch_set(lw, on);
	if (!on)
		said_line(ui->said, "faults are not recorded any more");
	else if (l->by == LANDING_BY_FAULTS)
		said_line(ui->said, "faults are marked where they land; "
		    ":view faults has their density");
	else
		said_line(ui->said, "new PTEs are marked, not faults: %s",
		    l->why);
	return 0;
}
