#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/units.h"
#include "pagetide/workset.h"

#include "command.h"
#include "ui.h"

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
#define WINDOW_MARK	'~'
#define WINDOW_NOTE_NS	(2 * NS_PER_S)

static const struct {
	const char	*name;
	int		 cells, rows, screens;
} move_table[] = {
	{ "left", -1, 0, 0 }, { "right", 1, 0, 0 }, { "up", 0, -1, 0 },
	{ "down", 0, 1, 0 }, { "pageup", 0, 0, -1 }, { "pagedown", 0, 0, 1 },
};

int
cmd_view(struct app *app, int argc, char **argv, struct strbuf *why)
{
	int view;

	(void)argc;
	if (strcmp(argv[1], "next") == 0)
		view = (app->view + 1) % VIEW_COUNT;
	else if (strcmp(argv[1], "prev") == 0)
		view = (app->view + VIEW_COUNT - 1) % VIEW_COUNT;
	else
		view = view_find(argv[1]);
	if (view < 0) {
		strbuf_addf(why, "no such view: %s", argv[1]);
		return -ENOENT;
	}
	app->view = (enum view_kind)view;
	ui_looked(app);
	return 0;
}

int
cmd_zoom(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	if (strcmp(argv[1], "in") == 0)
		viewport_zoom(&app->vp, 1);
	else if (strcmp(argv[1], "out") == 0)
		viewport_zoom(&app->vp, -1);
	else if (strcmp(argv[1], "fit") == 0)
		viewport_fit(&app->vp);
	else if (strcmp(argv[1], "pages") == 0)
		viewport_zoom_pages(&app->vp);
	else {
		strbuf_addf(why, "zoom: in, out, fit or pages, not %s",
		    argv[1]);
		return -EINVAL;
	}
	ui_looked(app);
	return 0;
}

int
cmd_move(struct app *app, int argc, char **argv, struct strbuf *why)
{
	unsigned i;

	(void)argc;
	for (i = 0; i < sizeof move_table / sizeof *move_table; i++) {
		if (strcmp(argv[1], move_table[i].name) != 0)
			continue;
		viewport_move(&app->vp, move_table[i].cells,
		    move_table[i].rows +
		    move_table[i].screens * (int64_t)app->vp.rows);
		ui_moved(app);
		return 0;
	}
	if (strcmp(argv[1], "home") == 0)
		viewport_goto(&app->vp, 0);
	else if (strcmp(argv[1], "end") == 0)
		viewport_goto(&app->vp, UINT64_MAX);
	else {
		strbuf_addf(why, "can't move %s", argv[1]);
		return -EINVAL;
	}
	ui_moved(app);
	return 0;
}

int
cmd_goto(struct app *app, int argc, char **argv, struct strbuf *why)
{
	const struct target_facts *t = &app_shown_sample(app)->target;
	uint64_t offset;

	if (argc < 2) {
		ui_prompt_open(app, PROMPT_GOTO, "go to (12M, 50%, 0x1f000): ");
		return 0;
	}
	if (units_parse_offset(argv[1], t->size_bytes, &offset) != 0) {
		strbuf_addf(why, "not an offset: %s (12M, 50%%, 0x1f000)",
		    argv[1]);
		return -EINVAL;
	}
	if (offset > t->size_bytes) {
		strbuf_addf(why, "%s is past the end of the file", argv[1]);
		return -ERANGE;
	}
	viewport_goto(&app->vp, offset / t->page_bytes);
	ui_moved(app);
	return 0;
}

int
cmd_select(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	(void)argv;
	(void)why;
	viewport_select(&app->vp, !app->vp.selecting);
	return 0;
}

int
cmd_escape(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	(void)argv;
	(void)why;
	if (app->help_open)
		app->help_open = false;
	else
		viewport_select(&app->vp, false);
	return 0;
}

int
cmd_expand(struct app *app, int argc, char **argv, struct strbuf *why)
{
	enum expand what = EXPAND_MAP;

	if (argc == 2 && strcmp(argv[1], "map") != 0) {
		what = EXPAND_EVENTS;
		if (strcmp(argv[1], "events") != 0) {
			strbuf_addf(why, "expand: map or events, not %s",
			    argv[1]);
			return -EINVAL;
		}
	}
	app->expand = app->expand == what ? EXPAND_NOTHING : what;
	ui_resized(app, app->cols, app->rows);
	return 0;
}

/* The next longer or shorter of n values in order, if there is one. False:
 * word is neither. */
static bool
choose_next(const uint64_t *table, size_t n, const char *word, uint64_t *value)
{
	bool longer = strcmp(word, "longer") == 0;
	size_t i = 0;

	if (!longer && strcmp(word, "shorter") != 0)
		return false;
	while (i + 1 < n && table[i] < *value)
		i++;
	if (longer)
		i += i + 1 < n && table[i] <= *value;
	else
		i -= i > 0;
	*value = table[i];
	return true;
}

int
cmd_span(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	if (choose_next(span_table_ns, N_SPANS, argv[1], &app->column_ns))
		return 0;
	strbuf_addf(why, "span: longer or shorter, not %s", argv[1]);
	return -EINVAL;
}

int
cmd_graph(struct app *app, int argc, char **argv, struct strbuf *why)
{
	int i;

	if (argc < 2) {
		app->graphs = (app->graphs + 1) % GRAPHS_COUNT;
		return 0;
	}
	for (i = 0; i < GRAPHS_COUNT; i++) {
		if (strcmp(argv[1], graphs_name[i]) == 0) {
			app->graphs = (enum graphs)i;
			return 0;
		}
	}
	strbuf_addf(why, "graph: faults or sets, not %s", argv[1]);
	return -EINVAL;
}

/* The graph of sets goes on with another window from here: an event. One is
 * enough for changes in quick succession. */
static void
note_window(struct app *app)
{
	const struct event *last = events_at(app->events, 0);
	char text[UNITS_MAX];
	struct event *ev;

	if (last != NULL && last->mark == WINDOW_MARK &&
	    clock_now_ns() - last->t_ns < WINDOW_NOTE_NS)
		ev = events_get(app->events, last->seq);
	else
		ev = events_add(app->events, EVENT_NOTE, WINDOW_MARK, "%s",
		    "");
	snprintf(ev->text, sizeof ev->text, "window of the working set: %s",
	    units_span(text, app->window_ns));
}

int
cmd_window(struct app *app, int argc, char **argv, struct strbuf *why)
{
	uint64_t window_ns = app->window_ns;
	char text[UNITS_MAX];

	(void)argc;
	if (!choose_next(window_table_ns, N_WINDOWS, argv[1], &window_ns) &&
	    (units_parse_duration(argv[1], &window_ns) != 0 ||
	    !workset_is_window(window_ns))) {
		strbuf_addf(why, "window: 0.1 to 600 seconds in steps of 0.1, "
		    "longer or shorter, not %s", argv[1]);
		return -EINVAL;
	}
	app_window(app, window_ns);
	note_window(app);
	app_say(app, "working set: pages touched in the last %s",
	    units_span(text, window_ns));
	ui_looked(app);
	return 0;
}

int
cmd_panel(struct app *app, int argc, char **argv, struct strbuf *why)
{
	bool latency = !app->latency;

	if (argc == 2 && strcmp(argv[1], "latency") != 0 &&
	    strcmp(argv[1], "cursor") != 0) {
		strbuf_addf(why, "panel: latency or cursor, not %s", argv[1]);
		return -EINVAL;
	}
	if (argc == 2)
		latency = strcmp(argv[1], "latency") == 0;
	app->latency = latency;
	return 0;
}

int
cmd_scroll_help(struct app *app, int argc, char **argv, struct strbuf *why)
{
	(void)argc;
	(void)why;
	if (strcmp(argv[1], "down") == 0)
		app->help_top++;
	else if (app->help_top > 0)
		app->help_top--;
	return 0;
}
