#include "config.h"

#include "lessons.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/clock.h"
#include "pagetide/death.h"
#include "pagetide/history.h"
#include "pagetide/limit.h"
#include "pagetide/line.h"
#include "pagetide/orders.h"
#include "pagetide/outcome.h"
#include "pagetide/race.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"

#include "command.h"

/* mincore sees a page when it has arrived, not when it was asked for: a count
 * stands when it has not changed for so long. */
#define ARRIVED_NS	(100 * NS_PER_MS)
/* A line of one that is checked may take so long. */
#define CHECK_NS	(60 * NS_PER_S)

/* Is all there that was asked for, as far as that can be known? */
static bool
has_arrived(const struct ui *ui)
{
	const struct sample *s = &ui->watch->live;
	const struct lessons *l = ui->lessons;
	uint64_t then = l->cached_ns > ui->act->last_activity_ns ?
	    l->cached_ns : ui->act->last_activity_ns;

	return s->scan.cached_by == NULL ||
	    strcmp(s->scan.cached_by, "mincore") != 0 ||
	    s->t_ns >= then + ARRIVED_NS;
}

/* Since when there are as many pages in the cache as now. */
static void
note_cached(struct ui *ui)
{
	const struct sample *s = &ui->watch->live;
	uint64_t pages = s->total[LAYER_CACHED];

	if (pages == ui->lessons->cached_pages && ui->lessons->cached_ns != 0)
		return;
	ui->lessons->cached_pages = pages;
	ui->lessons->cached_ns = s->t_ns;
}

/* Is the last act answered, and all that is known measured since? */
static bool
is_ready(const struct ui *ui)
{
	const struct act *act = ui->act;

	return !orders_out(act) && !outcome_calling(act) &&
	    !race_is_on(act) && has_arrived(ui) &&
	    ui->watch->live.scan.pass_ns >= act->last_activity_ns;
}

/* The cursor and the range of one are those of the other. */
static void
put_place(struct viewport *to, const struct viewport *from)
{
	viewport_goto(to, from->cursor_page);
	to->selecting = from->selecting;
	to->anchor_page = from->anchor_page;
	to->end_page = from->end_page;
}

/* A step is a mark: one can go back to where it began. */
static void
mark_step(struct ui *ui)
{
	struct lessons *l = ui->lessons;
	struct lesson_look look;

	lesson_look(l->run, &look);
	if (look.step != 0 && look.step != l->marked)
		events_finish(ui->watch->events,
		    events_add(ui->watch->events, EVENT_NOTE,
		    EVENT_MARK_COMMAND, "lesson, step %u of %u: %s",
		    look.step, look.steps, look.title));
	l->marked = look.step;
}

/* What is said of its acts stands in the events. The viewer may look around
 * between two lines. */
static int
run_line(void *arg, const char *line, struct strbuf *why)
{
	struct ui *ui = arg;
	int rc;

	mark_step(ui);
	put_place(&ui->vp, &ui->lessons->place);
	ui->lessons->acts = true;
	rc = command_run(ui, line, why);
	ui->lessons->acts = false;
	ui->lessons->place = ui->vp;
	ui->said->line[0] = '\0';
	return rc;
}

static void
finish(struct ui *ui, enum lesson_state state, const char *why)
{
	struct lesson_result *result = ui->opts.lesson.check;

	result->state = state;
	snprintf(result->why, sizeof result->why, "%s", why);
	ui->quit = true;
}

/* Which of all it is. */
static void
count(struct lessons *l, const char *name)
{
	size_t n;
	char **names = lesson_names(&n);

	l->at = 0;
	l->of = (unsigned)n;
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			l->at = (unsigned)i + 1;
	lesson_names_free(names, n);
}

/* Is it about something else than what is watched? */
static bool
refuses(struct ui *ui, const struct lesson *lesson)
{
	char why[160];

	if ((lesson_anon_bytes(lesson) != 0) == ui->watch->live.target.anon)
		return false;
	snprintf(why, sizeof why, ui->watch->live.target.anon ?
	    "it is about a file" : "it is about memory without a file: "
	    "pagetide lesson %.40s", lesson_name(lesson));
	if (ui->opts.lesson.check != NULL)
		finish(ui, LESSON_SKIPPED, why);
	else
		said_error(ui->said, "lesson: %s", why);
	return true;
}

static void
begin(struct ui *ui)
{
	struct lessons *l = ui->lessons;
	struct strbuf why = STRBUF_INIT;
	struct lesson *lesson = lesson_open(l->want, &why);

	free(l->want);
	l->want = NULL;
	if (lesson == NULL && ui->opts.lesson.check != NULL)
		finish(ui, LESSON_FAILED, why.s);
	else if (lesson == NULL)
		said_error(ui->said, "%s", why.s);
	strbuf_done(&why);
	if (lesson == NULL)
		return;
	if (refuses(ui, lesson)) {
		lesson_free(lesson);
		return;
	}
	l->place = ui->vp;
	l->view = ui->view;
	l->side = ui->side;
	l->graphs = ui->graph.what;
	l->window_ns = ui->opts.window_ns;
	l->pace_per_s = ui->act->pace_per_s;
	l->map = ui->act->mapping.plan;
	l->limit_bytes = limit_bytes(ui->act);
	count(l, lesson_name(lesson));
	l->run = lesson_begin(lesson);
	l->marked = 0;
	if (ui->opts.lesson.check != NULL)
		lesson_bound(l->run, CHECK_NS);
	ui_resized(ui, ui->frame.cols, ui->frame.rows);
}

static void
go_on(struct ui *ui)
{
	struct walk_facts walk;
	struct snapshot newest;
	struct field_of of = outcome_fields(ui->act, &walk);
	struct lesson_moment m = { .of = &of, .newest = &newest,
		.ready = is_ready(ui) };

	note_cached(ui);
	of.history = ui->watch->history;
	of.idle_known = true;
	of.idle = !act_busy(ui->act);
	watch_snapshot(ui->watch, &newest);
	lesson_lost(ui->lessons->run, death_why(ui->act) != NULL);
	lesson_go_on(ui->lessons->run, &m, run_line, ui);
	mark_step(ui);
	if (!is_ready(ui))
		watch_hurry(ui->watch);
}

/* They could not be written. */
static void
say_answers(struct ui *ui, int rc)
{
	if (rc != 0)
		said_error(ui->said, "can't write %s: %s",
		    ui->opts.lesson.answers, strerror(-rc));
}

/* One line more in the file for the answers. */
static void
write_answer(struct ui *ui)
{
	char *json = lesson_answer_json(ui->lessons->run);

	if (json != NULL && ui->opts.lesson.answers != NULL)
		say_answers(ui, append_line(&ui->lessons->answers, json));
	free(json);
}

/* Captions are to be short on 80 columns, whatever the numbers in them are. */
static bool
too_long(struct lesson_run *run, struct strbuf *why)
{
	struct strbuf all = STRBUF_INIT;
	struct lesson_look look;
	bool is_long;

	lesson_look(run, &look);
	for (unsigned i = 0; i < look.captions; i++)
		strbuf_addf(&all, "%s%s", i > 0 ? " " : "", look.caption[i]);
	is_long = line_count(all.s, LESSON_CAPTION_COLS) >
	    LESSON_CAPTION_LINES;
	if (is_long)
		strbuf_addf(why, "step %u: more than %d lines of %d columns: "
		    "%s", look.step, LESSON_CAPTION_LINES,
		    LESSON_CAPTION_COLS, all.s);
	strbuf_done(&all);
	return is_long;
}

/* Without a reader: on at once, with no answers. */
static void
check(struct ui *ui, enum lesson_state state)
{
	struct lesson_run *run = ui->lessons->run;
	struct strbuf why = STRBUF_INIT;

	if (too_long(run, &why))
		finish(ui, LESSON_FAILED, why.s);
	else if (death_why(ui->act) != NULL)
		finish(ui, LESSON_FAILED, death_why(ui->act));
	else if (state == LESSON_RESTS)
		lesson_next(run);
	else if (state == LESSON_ASKS)
		lesson_answer(run, 0);
	else if (state != LESSON_RUNS)
		finish(ui, state, lesson_why(run));
	strbuf_done(&why);
}

void
lessons_go_on(struct ui *ui)
{
	struct lessons *l = ui->lessons;
	enum lesson_state state;

	if (l->want != NULL && l->run == NULL && ui->watch->live.seq > 1 &&
	    ui->watch->live.worker.alive && !act_busy(ui->act))
		begin(ui);
	if (l->run == NULL && l->want != NULL &&
	    ui->opts.lesson.check != NULL && death_why(ui->act) != NULL)
		finish(ui, LESSON_FAILED, death_why(ui->act));
	if (l->run == NULL)
		return;
	go_on(ui);
	state = lesson_state(l->run);
	write_answer(ui);
	ui->said->dirty = true;
	if (ui->opts.lesson.check != NULL)
		check(ui, state);
}
