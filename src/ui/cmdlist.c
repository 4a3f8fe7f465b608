/* Commands about the lists that lie over the panels: help and views. */
#include "config.h"

#include <errno.h>
#include <stdio.h>

#include "pagetide/event.h"
#include "pagetide/layout.h"
#include "pagetide/said.h"
#include "pagetide/ui.h"

#include "command.h"
#include "helprows.h"

/* The words of scroll-help, as its row has them. */
enum { SCROLL_UP, SCROLL_DOWN, SCROLL_FIRST, SCROLL_LAST, SCROLL_MATCH };
/* And those of scroll-events. */
enum { SCROLL_OLDER, SCROLL_NEWER, SCROLL_OLDEST, SCROLL_NEWEST };

/* Of one command, if not NULL. */
static void
open_help(struct ui *ui, const struct command *of)
{
	binding_free(ui->list.row, ui->list.n);
	ui->list.row = of != NULL ? helprows_of(ui, of, &ui->list.n) :
	    helprows(ui, &ui->list.n);
	ui->list.one = of != NULL;
	ui->list.help = true;
	ui->list.page = 0;
	ui->list.find[0] = '\0';
}

int
cmd_help(struct ui *ui, const struct args *a, struct strbuf *why)
{
	const struct command *of = NULL;

	if (a->n > 0) {
		of = ui->commands->find(a->v[0], why);
		if (of == NULL)
			return -ENOENT;
	}
	open_help(ui, of);
	return 0;
}

/* To the next page with what is looked for, from the first on again after
 * the last. */
static void
go_to_match(struct ui *ui)
{
	size_t page;

	if (ui->list.find[0] == '\0')
		said_line(ui->said, "nothing to look for yet");
	else if (!ui_help_find(ui, &page))
		said_line(ui->said, "not in the help: %s", ui->list.find);
	else if (page == ui->list.page)
		said_line(ui->said, "on this page only: %s", ui->list.find);
	else
		ui->list.page = page;
}

int
cmd_scroll_help(struct ui *ui, const struct args *a, struct strbuf *why)
{
	size_t last, page;

	(void)why;
	if (!ui->list.help)
		open_help(ui, NULL);
	page = ui->list.page;
	last = ui_help_pages(ui) - 1;
	if (page > last)
		page = last;
	if (a->word[0] == SCROLL_MATCH) {
		go_to_match(ui);
		return 0;
	}
	if (a->word[0] == SCROLL_FIRST)
		ui->list.page = 0;
	else if (a->word[0] == SCROLL_LAST)
		ui->list.page = last;
	else if (a->word[0] == SCROLL_DOWN)
		ui->list.page = page < last ? page + 1 : last;
	else
		ui->list.page = page > 0 ? page - 1 : 0;
	if (ui->list.page == page)
		said_line(ui->said, last == 0 ? "this is all of it" :
		    page == 0 ? "the first page" : "the last page");
	return 0;
}

int
cmd_find_help(struct ui *ui, const struct args *a, struct strbuf *why)
{
	(void)why;
	if (a->n == 0) {
		ui_prompt_open(ui, "look for: ", "find-help \"%s\"");
		return 0;
	}
	if (!ui->list.help)
		open_help(ui, NULL);
	snprintf(ui->list.find, sizeof ui->list.find, "%s", a->v[0]);
	go_to_match(ui);
	return 0;
}

/* As many events as a screen of them has at least, of three lines each. */
static uint64_t
events_page(const struct ui *ui)
{
	struct layout l;

	layout_compute(&l, ui->frame.cols, ui->frame.rows, ui_room(ui));
	return l.events.h > 6 ? (uint64_t)l.events.h / 3 : 2;
}

int
cmd_scroll_events(struct ui *ui, const struct args *a, struct strbuf *why)
{
	const struct events *events = ui->watch->events;
	uint64_t newest = ui->frozen ? events_last_then(events,
	    &ui->past.events) : events_last(events);
	/* Of all that there are, not of those shown. */
	uint64_t oldest = events_oldest(events);
	uint64_t page = events_page(ui), at = ui->list.event, first;

	(void)why;
	if (at == 0 || at > newest)
		at = newest;
	first = oldest + page - 1 < newest ? oldest + page - 1 : newest;
	if (a->word[0] == SCROLL_OLDEST)
		at = first;
	else if (a->word[0] == SCROLL_NEWEST)
		at = newest;
	else if (a->word[0] == SCROLL_OLDER)
		at = at > first + page ? at - page : first;
	else
		at = at + page < newest ? at + page : newest;
	if (at == ui->list.event || (at == newest && ui->list.event == 0))
		said_line(ui->said, at == newest ? "the newest events" :
		    "the oldest events");
	/* At the end those that come are shown. */
	ui->list.event = at == newest ? 0 : at;
	return 0;
}

void
views_keep(struct ui *ui)
{
	ui->list.views = false;
	if (ui->view != ui->list.view_then)
		ui->list.view_before = ui->list.view_then;
}

int
cmd_views(struct ui *ui, const struct args *a, struct strbuf *why)
{
	(void)a;
	(void)why;
	if (ui->list.views) {
		views_keep(ui);
	} else {
		ui->list.views = true;
		ui->list.view_then = ui->view;
	}
	return 0;
}
