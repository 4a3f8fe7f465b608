/* Commands about the lists of processes and of what one has mapped. */
#include "config.h"

#include <errno.h>

#include "pagetide/browse.h"
#include "pagetide/said.h"
#include "pagetide/sharers.h"
#include "pagetide/strbuf.h"
#include "pagetide/ui.h"
#include "pagetide/whowatch.h"

#include "command.h"
#include "roomless.h"
#include "scriptparts.h"

/* The words of open. */
enum { OPEN_NEXT, OPEN_PREV };
/* Of sort: before those of enum browse_sort. */
enum { SORT_NEXT, SORT_KEYS };

/* 0, or -EINVAL with why: no list is there. */
static int
need_list(const struct ui *ui, const struct args *a, struct strbuf *why)
{
	if (browse_is_open(ui->list.browse))
		return 0;
	strbuf_addf(why, "%s: no list is open", a->command->name);
	return -EINVAL;
}

int
cmd_open(struct ui *ui, const struct args *a, struct strbuf *why)
{
	int by = a->n == 0 ? 0 : a->word[0] == OPEN_NEXT ? 1 : -1;

	if (ui->list.browse == NULL) {
		strbuf_adds(why, "open: only with --process");
		return -EINVAL;
	}
	if (by == 0 && !browse_is_open(ui->list.browse)) {
		strbuf_adds(why, "open: no list is open");
		return -EINVAL;
	}
	if (!browse_take(ui->list.browse, by)) {
		said_line(ui->said, "nothing in the list to open");
		return 0;
	}
	ui->quit = true;
	return 0;
}

int
cmd_rows(struct ui *ui, const struct args *a, struct strbuf *why)
{
	int rc = need_list(ui, a, why);

	if (rc == 0)
		browse_move(ui->list.browse, (enum browse_move)a->word[0],
		    screen_list_rows(ui->frame.cols, ui->frame.rows));
	return rc;
}

int
cmd_sort(struct ui *ui, const struct args *a, struct strbuf *why)
{
	struct browse_look look;
	int rc = need_list(ui, a, why);

	if (rc != 0)
		return rc;
	if (a->n == 0 || a->word[0] == SORT_NEXT) {
		browse_sort_next(ui->list.browse);
	} else if (!browse_sort(ui->list.browse,
	    (enum browse_sort)(a->word[0] - SORT_KEYS))) {
		strbuf_addf(why, "sort: this list has no %s", a->v[0]);
		return -EINVAL;
	}
	browse_look(ui->list.browse, &look);
	said_line(ui->said, "sorted by %s", look.sort);
	return 0;
}

int
cmd_filter(struct ui *ui, const struct args *a, struct strbuf *why)
{
	int rc = need_list(ui, a, why);

	if (rc != 0)
		return rc;
	if (a->n == 0)
		ui_prompt_open(ui, "show only: ", "filter \"%s\"");
	else
		browse_filter(ui->list.browse, a->v[0]);
	return 0;
}

void
ui_listed(struct ui *ui)
{
	if (browse_ready(ui->list.browse))
		ui->said->dirty = true;
}

bool
browse_leave(struct ui *ui)
{
	struct browse *b = ui->list.browse;
	struct browse_look look;

	if (b == NULL)
		return false;
	browse_look(b, &look);
	if (look.kind != BROWSE_NOTHING && look.filter[0] != '\0')
		browse_filter(b, "");
	else if (browse_back(b))
		ui->quit = true;
	else
		said_line(ui->said, "nothing to go back from");
	return true;
}

int
cmd_wait_list(struct ui *ui, const struct args *a, struct strbuf *why)
{
	int rc = need_list(ui, a, why);

	if (rc == 0 && ui->script == NULL) {
		strbuf_adds(why, "wait-list: only in a script");
		rc = -EINVAL;
	}
	if (rc == 0)
		ui->script->list = true;
	return rc;
}

/* The words of who. */
enum { WHO_ON, WHO_OFF };

/* With its panel; the panel alone may be left, and come back. */
int
cmd_who(struct ui *ui, const struct args *a, struct strbuf *why)
{
	struct whowatch *ww = ui->act->helpers.whowatch;
	bool on = a->n > 0 ? a->word[0] == WHO_ON : !whowatch_now(ww)->on ||
	    ui->side != SIDE_WHO;
	int rc = 0;

	if (on != whowatch_now(ww)->on)
		rc = whowatch_set(ww, on, why);
	if (rc != 0)
		return rc;
	if (on || ui->side == SIDE_WHO)
		ui->side = on ? SIDE_WHO : SIDE_CURSOR;
	if (on)
		roomless_say(ui, ROOM_SIDE);
	else
		said_line(ui->said, "nobody looks any more who maps it");
	return 0;
}
