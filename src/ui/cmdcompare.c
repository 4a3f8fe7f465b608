/* Commands that keep pictures, race hints, and show them side by side, or what
 * differs between two moments. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/act.h"
#include "pagetide/advice.h"
#include "pagetide/compare.h"
#include "pagetide/difference.h"
#include "pagetide/history.h"
#include "pagetide/race.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/ui.h"
#include "pagetide/units.h"

#include "command.h"

/* The column of "A" or "a", -1: there is none. */
static int
column_of(const char *word)
{
	static const char upper[] = "ABC", lower[] = "abc";
	const char *at;

	if (word[0] == '\0' || word[1] != '\0')
		return -1;
	at = strchr(upper, word[0]);
	if (at != NULL)
		return (int)(at - upper);
	at = strchr(lower, word[0]);
	return at != NULL ? (int)(at - lower) : -1;
}

int
cmd_snap(struct ui *ui, const struct args *a, struct strbuf *why)
{
	int column = column_of(a->v[0]);
	struct snapshot picture;
	char key[UI_KEY_MAX];

	if (column < 0)
		return args_refuse(a, 0, "A, B, C", why);
	if (race_is_on(ui->act)) {
		strbuf_addf(why, "snap: a race is on: %s stops it",
		    ui_key_for(ui, key, "stop"));
		return -EBUSY;
	}
	act_take_now(ui->act);
	watch_snapshot(ui->watch, &picture);
	act_keep(ui->act, (unsigned)column, &picture);
	ui->act->compare->what[0] = '\0';
	said_line(ui->said, "%c has the picture of now, counted from the last "
	    "eviction: %s compares", 'A' + column,
	    ui_key_for(ui, key, "compare"));
	return 0;
}

/* "N S R" or "normal random": up to where the walk begins. */
static int
parse_hints(struct race_plan *plan, const struct args *a, struct strbuf *why)
{
	unsigned i;
	int hint;

	for (i = 0; i < a->n && strcmp(a->v[i], "work") != 0; i++) {
		hint = race_hint(a->v[i]);
		if (hint < 0 || plan->n == COMPARE_COLUMNS) {
			strbuf_addf(why, hint < 0 ? "race: %s is no hint that "
			    "can race (N S R W P, willneed-all)" :
			    "race: %s is one hint too many", a->v[i]);
			return -EINVAL;
		}
		plan->advice[plan->n++] = hint;
	}
	if (plan->n > 0 && i + 1 < a->n)
		return (int)i + 1;
	strbuf_addf(why, "usage: race %s", a->command->usage);
	return -EINVAL;
}

/* Asks before others can be hurt: each hint begins with an eviction. */
static void
ask(struct ui *ui, const struct args *a)
{
	char run[sizeof ui->prompt.run];
	size_t len = 0;
	unsigned i;

	len += (size_t)snprintf(run, sizeof run, "race");
	for (i = 0; i < a->n && len < sizeof run; i++)
		len += (size_t)snprintf(run + len, sizeof run - len, " %s",
		    a->v[i]);
	if (len < sizeof run)
		len += (size_t)snprintf(run + len, sizeof run - len, " yes");
	if (len >= sizeof run)
		said_error(ui->said, "race: evicts what others may use: add "
		    "the word yes");
	else
		ui_prompt_open(ui, "race: evicts before each hint, which may "
		    "drop pages others use. Do it? y/[n] ", run);
}

int
cmd_race(struct ui *ui, const struct args *a, struct strbuf *why)
{
	bool yes = a->n > 0 && strcmp(a->v[a->n - 1], "yes") == 0;
	struct race_plan plan = { .n = 0 };
	int from, rc;

	from = parse_hints(&plan, a, why);
	if (from < 0)
		return from;
	rc = work_spec(ui, a->v + from, a->n - (unsigned)from - yes,
	    &plan.walk, why);
	if (rc != 0)
		return rc;
	if (!yes && !act_owns_file(ui->act)) {
		ask(ui, a);
		return 0;
	}
	rc = race_begin(ui->act, &ui->vp, &plan, why);
	if (rc == 0)
		ui->list.compare.open = true;
	return rc;
}

/* Opened, or closed. */
static int
open_or_close(struct ui *ui)
{
	if (!ui->list.compare.open && compare_kept(ui->act->compare) == 0 &&
	    !race_is_on(ui->act))
		said_line(ui->said, "nothing to compare yet: :snap A%s",
		    ui->opts.read_only ? "" :
		    ", or :race N S R work random touches=64");
	else
		ui->list.compare.open = !ui->list.compare.open;
	return 0;
}

/* One column large, or again beside the others. */
static void
enlarge(struct ui *ui, int column)
{
	const struct compare *c = ui->act->compare;

	if (!c->column[column].there && c->running != column) {
		said_line(ui->said, "%c: nothing is kept there", 'A' + column);
		return;
	}
	if (ui->list.compare.open && ui->list.compare.large == column + 1)
		ui->list.compare.large = 0;
	else
		ui->list.compare.large = column + 1;
	ui->list.compare.open = true;
}

int
cmd_compare(struct ui *ui, const struct args *a, struct strbuf *why)
{
	int column;

	if (a->n == 0)
		return open_or_close(ui);
	if (a->word[0] >= 0) {
		ui->list.compare.order = (ui->list.compare.order + 1) %
		    COMPARE_ORDERS;
		return 0;
	}
	column = column_of(a->v[0]);
	if (column < 0)
		return args_refuse(a, 0, "A, B, C", why);
	enlarge(ui, column);
	return 0;
}

/* The moment that the i-th argument says, of what is kept. */
static int
take_moment(const struct ui *ui, const struct args *a, unsigned i,
    struct moment *m, struct strbuf *why)
{
	const struct sample *now = &ui->watch->live;
	const struct history *h = ui->watch->history;
	uint64_t t_ns;
	size_t at;

	if (units_parse_moment(a->v[i], now->t_ns, now->wall_ns, &t_ns) != 0)
		return args_refuse(a, i, UI_TIMES, why);
	if (!history_find(h, t_ns, &at)) {
		strbuf_addf(why, "diff: nothing is kept of %s", a->v[i]);
		ui_add_reach(ui, why);
		return -ENOENT;
	}
	history_at(h, at, &m->s);
	m->since_ns = m->s.sample.t_ns - history_oldest_ns(h);
	return 0;
}

/* It is what the view is of from now on. */
static void
show_diff(struct ui *ui, struct difference *d)
{
	char a[UNITS_MAX], b[UNITS_MAX];
	struct cells *all = &d->at[0];
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += difference_layers(d, i) != 0;
	said_line(ui->said, "A %s, B %s: %zu of %zu cells differ",
	    units_wall(a, d->a.s.sample.wall_ns), units_wall(b,
	    d->b.s.sample.wall_ns), n, all->n);
	difference_free(ui->list.diff);
	ui->list.diff = d;
	if (ui->view != VIEW_DIFF)
		ui->list.view_before = ui->view;
	ui->view = VIEW_DIFF;
	ui_looked(ui);
}

int
cmd_diff(struct ui *ui, const struct args *a, struct strbuf *why)
{
	struct difference *d;
	int rc = ui_past_kept(ui, why);

	if (rc != 0)
		return rc;
	d = difference_new();
	rc = take_moment(ui, a, 0, &d->a, why);
	if (rc == 0)
		rc = take_moment(ui, a, 1, &d->b, why);
	if (rc != 0) {
		difference_free(d);
		return rc;
	}
	difference_make(d);
	show_diff(ui, d);
	return 0;
}

void
compare_leave(struct ui *ui)
{
	if (race_is_on(ui->act))
		race_stop(ui->act);
	else if (ui->list.compare.large != 0)
		ui->list.compare.large = 0;
	else
		ui->list.compare.open = false;
}
