/* Commands of lessons, and of the list of them. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/event.h"
#include "pagetide/limit.h"
#include "pagetide/said.h"
#include "pagetide/second.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "command.h"
#include "lessons.h"

/* The words of lessons, as its row has them. */
enum { LIST_UP, LIST_DOWN, LIST_TAKE };

static void
close_list(struct lesson_list *list)
{
	lesson_names_free(list->name, list->n);
	lesson_names_free(list->title, list->n);
	*list = (struct lesson_list){ .n = 0 };
}

/* What is wrong with one stands in place of its title. */
static char *
title_of(const char *name)
{
	struct strbuf why = STRBUF_INIT;
	struct lesson *lesson = lesson_open(name, &why);
	char *title = xstrdup(lesson != NULL ? lesson_title(lesson) : why.s);

	lesson_free(lesson);
	strbuf_done(&why);
	return title;
}

static int
open_list(struct ui *ui)
{
	struct lesson_list *list = &ui->lessons->list;

	close_list(list);
	list->name = lesson_names(&list->n);
	list->title = xcalloc(list->n + 1, sizeof *list->title);
	for (size_t i = 0; i < list->n; i++)
		list->title[i] = title_of(list->name[i]);
	if (list->n == 0) {
		said_line(ui->said, "no lessons are installed");
		close_list(list);
	}
	return 0;
}

/* Is it there? It begins with the next sample. */
static int
want(struct ui *ui, const char *name, struct strbuf *why)
{
	struct lesson *lesson = lesson_open(name, why);

	if (lesson == NULL)
		return -ENOENT;
	lesson_free(lesson);
	lessons_leave(ui);
	free(ui->lessons->want);
	ui->lessons->want = xstrdup(name);
	return 0;
}

static void
ask(struct ui *ui, const char *name)
{
	char run[sizeof ui->prompt.run];

	snprintf(run, sizeof run, "lesson %s yes", name);
	ui_prompt_open(ui, "lesson: evicts the file, which may drop pages "
	    "others use. Do it? y/[n] ", run);
}

/* Others may use the file, unless it is our own. */
static int
take(struct ui *ui, const char *name, bool yes, struct strbuf *why)
{
	if (yes || act_owns_file(ui->act) || !ui->opts.terminal)
		return want(ui, name, why);
	ask(ui, name);
	return 0;
}

int
cmd_lesson(struct ui *ui, const struct args *a, struct strbuf *why)
{
	if (a->n == 0)
		return open_list(ui);
	if (a->n > 1 && a->word[1] < 0)
		return args_refuse(a, 1, "", why);
	return take(ui, a->v[0], a->n > 1, why);
}

int
cmd_lessons(struct ui *ui, const struct args *a, struct strbuf *why)
{
	struct lesson_list *list = &ui->lessons->list;
	char name[LESSON_NAME_MAX + 1];

	if (list->n == 0) {
		strbuf_addf(why, "lessons: the list is not open");
		return -ENOENT;
	}
	if (a->word[0] != LIST_TAKE) {
		list->at = (list->at + (a->word[0] == LIST_DOWN ? 1 :
		    list->n - 1)) % list->n;
		return 0;
	}
	snprintf(name, sizeof name, "%s", list->name[list->at]);
	close_list(list);
	return take(ui, name, false, why);
}

static int
no_lesson(const struct args *a, struct strbuf *why)
{
	strbuf_addf(why, "%s: no lesson is on", a->command->name);
	return -ENOENT;
}

/* Why it does not go on now. */
static void
say_waits(struct ui *ui)
{
	struct lesson_look look;
	char key[UI_KEY_MAX];

	lesson_look(ui->lessons->run, &look);
	if (look.state == LESSON_ASKS)
		said_line(ui->said, "first your prediction: 1 to %u",
		    look.choices);
	else if (look.state == LESSON_DONE)
		lessons_leave(ui);
	else if (look.why != NULL)
		said_line(ui->said, "%s%s leaves the lesson", look.step > 0 ?
		    "it can be taken back; " : "",
		    ui_key_for(ui, key, "escape"));
	else
		said_line(ui->said, "a moment: %s", look.waits != NULL ?
		    look.waits : "it is being measured");
}

int
cmd_next(struct ui *ui, const struct args *a, struct strbuf *why)
{
	if (ui->lessons->run == NULL)
		return no_lesson(a, why);
	ui_freeze(ui, false);
	if (!lesson_next(ui->lessons->run))
		say_waits(ui);
	return 0;
}

int
cmd_back(struct ui *ui, const struct args *a, struct strbuf *why)
{
	if (ui->lessons->run == NULL)
		return no_lesson(a, why);
	ui_freeze(ui, false);
	if (!lesson_back(ui->lessons->run))
		said_line(ui->said, "a moment: the state is being made");
	return 0;
}

int
cmd_predict(struct ui *ui, const struct args *a, struct strbuf *why)
{
	if (ui->lessons->run == NULL)
		return no_lesson(a, why);
	ui_freeze(ui, false);
	if (!lesson_answer(ui->lessons->run, (unsigned)a->word[0] + 1))
		said_line(ui->said, "nothing is asked that has an answer %d",
		    a->word[0] + 1);
	return 0;
}

/* One worker, the mapping, and the limit, as they were. */
static void
give_back(struct ui *ui)
{
	const struct lessons *l = ui->lessons;
	struct strbuf why = STRBUF_INIT;

	act_stop(ui->act, &why);
	second_end(ui->act, &why);
	act_map(ui->act, &l->map, &why);
	act_pace(ui->act, l->pace_per_s, &why);
	if (limit_bytes(ui->act) != l->limit_bytes)
		limit_set(ui->act, l->limit_bytes, EVENT_MARK_COMMAND, &why);
	if (why.len > 0)
		said_error(ui->said, "%s", why.s);
	strbuf_done(&why);
	ui->view = l->view;
	ui->side = l->side;
	ui->graph.what = l->graphs;
	ui_window(ui, l->window_ns);
	viewport_fit(&ui->vp);
	ui_resized(ui, ui->frame.cols, ui->frame.rows);
}

bool
lessons_leave(struct ui *ui)
{
	struct lessons *l = ui->lessons;

	if (l->list.n > 0) {
		close_list(&l->list);
		return true;
	}
	/* Not by a line of its own, which has no more to close. */
	if (l->run == NULL || l->acts)
		return false;
	lesson_end(l->run);
	l->run = NULL;
	give_back(ui);
	return true;
}
