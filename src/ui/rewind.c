/* Commands that go back in time: which moment a frozen picture is of. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/changes.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/history.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/ui.h"
#include "pagetide/units.h"
#include "pagetide/waterfall.h"

#include "command.h"

/* Which sample is shown: true until the next is. */
#define SAID_SAMPLE "sample "

/* Before a moment samples are wanted for so long: what fades in it, and rates,
 * are of them. */
#define LEAD_NS (UI_FADE_NS + NS_PER_S)

/* The words of earlier and later. */
enum { STEP_MARK };

/* The snapshot that the picture is of, or the last one before it; false: it is
 * older than all of them. Two may be of the same time: their numbers differ. */
static bool
find_shown(const struct ui *ui, size_t *i)
{
	const struct history *h = ui->watch->history;
	struct snapshot at = { 0 };

	if (!history_find(h, ui->past.sample.t_ns, i))
		return false;
	while (*i > 0 && history_at(h, *i, &at) &&
	    at.sample.seq > ui->past.sample.seq)
		(*i)--;
	snapshot_done(&at);
	return true;
}

/* Shows snapshot i, which there is. */
static void
turn_to(struct ui *ui, size_t i)
{
	uint64_t froze_ns = ui->past.sample.t_ns + ui->then.back_ns;
	uint64_t t_ns;

	history_at(ui->watch->history, i, &ui->past);
	t_ns = ui->past.sample.t_ns;
	ui->then.back_ns = froze_ns > t_ns ? froze_ns - t_ns : 0;
	ui->list.event = 0;
	ui_show_past(ui);
	if (strncmp(ui->said->line, SAID_SAMPLE, strlen(SAID_SAMPLE)) == 0)
		ui->said->line[0] = '\0';
}

/* The same, and says which that is. */
static void
show(struct ui *ui, size_t i)
{
	const struct sample *s = &ui->past.sample;
	char wall[UNITS_MAX], from[UNITS_MAX];

	turn_to(ui, i);
	if (ui->then.part)
		said_line(ui->said, SAID_SAMPLE "of %s; read from %s on",
		    units_wall(wall, s->wall_ns), units_wall(from,
		    s->wall_ns - ui->then.reach_ns));
	else
		said_line(ui->said, SAID_SAMPLE "%zu of %zu", i + 1,
		    history_len(ui->watch->history));
}

/* What is kept, as a message. */
static void
say_reach(const struct ui *ui, const char *what)
{
	struct strbuf text = STRBUF_INIT;

	ui_add_reach(ui, &text);
	said_line(ui->said, "%s%s", what, text.s);
	strbuf_done(&text);
}

/* The same; what plays goes on there. */
static void
go(struct ui *ui, size_t i)
{
	show(ui, i);
	ui->then.play_ns = ui->past.sample.t_ns;
}

/* The first snapshot after the event; false: there is none, or those of its
 * time have made room. */
static bool
snapshot_of(const struct ui *ui, const struct event *e, size_t *i)
{
	const struct history *h = ui->watch->history;

	return history_find(h, e->t_ns, i) && ++*i < history_len(h);
}

/* The mark nearest to snapshot i, before or after it: *at is where it is.
 * NULL: there is none that can be shown. */
static const struct event *
nearest_mark(const struct ui *ui, size_t i, bool later, size_t *at)
{
	const struct event *e, *found = NULL;
	size_t j;

	for (size_t n = 0; (e = events_at(ui->watch->events, n)) != NULL;
	    n++) {
		if (!event_is_mark(e) || !snapshot_of(ui, e, &j))
			continue;
		if (later ? j <= i : j >= i) {
			if (later)
				break;
			continue;
		}
		found = e;
		*at = j;
		if (!later)
			break;
	}
	return found;
}

/* Is there more of the recording than what is kept now? */
static bool
reads_on(const struct ui *ui)
{
	return ui->opts.replay == UI_REPLAY_FILE &&
	    (ui->then.part || !ui->then.all_read);
}

static void
want(struct ui *ui, const struct ui_want *wanted)
{
	ui->then.want = *wanted;
	said_line(ui->said, "reads the recording before it goes there");
}

static int
go_to_mark(struct ui *ui, size_t i, bool later)
{
	const struct event *mark;
	size_t at = i;

	mark = nearest_mark(ui, i, later, &at);
	if (mark == NULL && reads_on(ui) && (later || ui->then.part)) {
		want(ui, &(struct ui_want){ .kind = UI_WANT_MARK,
			.later = later });
		return 0;
	}
	if (mark == NULL) {
		if (later)
			said_line(ui->said, "no mark after this");
		else
			say_reach(ui, "no mark before this");
		return 0;
	}
	go(ui, at);
	said_line(ui->said, "%c  %s", mark->mark, mark->text);
	return 0;
}

/* So many snapshots on, or back. */
static void
go_by(struct ui *ui, size_t i, uint64_t n, bool later)
{
	size_t last = history_len(ui->watch->history) - 1;
	uint64_t most = later ? last - i : i;
	char wall[UNITS_MAX], key[UI_KEY_MAX];

	if (n > most && reads_on(ui) && (later || ui->then.part)) {
		want(ui, &(struct ui_want){ .kind = UI_WANT_STEP,
			.later = later, .n = n });
		return;
	}
	if (most > 0)
		go(ui, later ? i + (n < most ? n : most) :
		    i - (n < most ? n : most));
	if (n <= most)
		return;
	units_wall(wall, ui->past.sample.wall_ns);
	if (later)
		said_line(ui->said, "the newest sample, of %s: %s goes on",
		    wall, ui_key_for(ui, key, "freeze"));
	else
		say_reach(ui, "nothing is kept from before that");
}

void
ui_give_up_at(struct ui *ui)
{
	ui->then.want.kind = UI_WANT_NOTHING;
}

/* Steps to other snapshots, or marks. */
static int
step(struct ui *ui, const struct args *a, bool later, struct strbuf *why)
{
	uint64_t n = 1;
	size_t i;

	if (a->n > 0 && a->word[0] != STEP_MARK &&
	    units_parse_u64(a->v[0], 1, UINT32_MAX, &n) != 0)
		return args_refuse(a, 0, "a number of samples", why);
	if (ui_past_kept(ui, why) != 0)
		return -ENOENT;
	ui_give_up_at(ui);
	ui_freeze(ui, true);
	if (!find_shown(ui, &i))
		i = 0;
	if (a->n > 0 && a->word[0] == STEP_MARK)
		return go_to_mark(ui, i, later);
	go_by(ui, i, n, later);
	return 0;
}

int
cmd_earlier(struct ui *ui, const struct args *a, struct strbuf *why)
{
	return step(ui, a, false, why);
}

int
cmd_later(struct ui *ui, const struct args *a, struct strbuf *why)
{
	char key[UI_KEY_MAX];

	if (!ui->frozen) {
		strbuf_addf(why, "later: this is the newest; first go back "
		    "(%s, then :earlier)", ui_key_for(ui, key, "freeze"));
		return -EINVAL;
	}
	return step(ui, a, true, why);
}

/* Will more of the recording be read, in which that may be? */
static bool
is_ahead(const struct ui *ui, const char *time, uint64_t t_ns)
{
	size_t i;

	return reads_on(ui) && (ui->then.part || time[0] == '-' ||
	    !history_find(ui->watch->history, t_ns, &i));
}

static void
go_to(struct ui *ui, uint64_t t_ns)
{
	size_t i = 0;
	bool found;

	ui_freeze(ui, true);
	found = history_find(ui->watch->history, t_ns, &i);
	go(ui, i);
	if (!found)
		say_reach(ui, "nothing is kept from then");
}

static int
go_to_time(struct ui *ui, const struct args *a, struct strbuf *why)
{
	const struct sample *now = &ui->watch->live;
	struct ui_want wanted = { .kind = UI_WANT_TIME };
	uint64_t t_ns;

	if (units_parse_moment(a->v[0], now->t_ns, now->wall_ns, &t_ns) != 0)
		return args_refuse(a, 0, UI_TIMES, why);
	if (ui_past_kept(ui, why) != 0)
		return -ENOENT;
	ui_give_up_at(ui);
	if (is_ahead(ui, a->v[0], t_ns)) {
		snprintf(wanted.at, sizeof wanted.at, "%s", a->v[0]);
		want(ui, &wanted);
	} else {
		go_to(ui, t_ns);
	}
	return 0;
}

int
cmd_at(struct ui *ui, const struct args *a, struct strbuf *why)
{
	if (a->n > 0)
		return go_to_time(ui, a, why);
	ui_prompt_open(ui, "time (12:00:31.4, or -30 for seconds ago): ",
	    "at \"%s\"");
	return 0;
}

/* Looks once for the mark nearest to what is shown, of all there are. */
static void
find_mark(struct ui *ui, const struct events *events)
{
	struct ui_want *w = &ui->then.want;
	uint64_t t_ns = ui->past.sample.t_ns;
	struct snapshot before = { 0 };
	const struct event *mark;
	size_t i;

	if (w->kind != UI_WANT_MARK || w->looked)
		return;
	/* One that came after the sample before is of what is shown. */
	if (!w->later && find_shown(ui, &i) && i > 0 &&
	    history_at(ui->watch->history, i - 1, &before))
		t_ns = before.sample.t_ns;
	snapshot_done(&before);
	mark = events_mark(events, t_ns, w->later);
	w->looked = true;
	w->mark = mark != NULL ? *mark : (struct event){ .seq = 0 };
}

/* How long so many samples take at most, it is thought. */
static uint64_t
span_of(const struct ui *ui, const struct ui_ahead *of)
{
	uint64_t all_ns = of->end_ns - of->first_ns, n = ui->then.want.n + 1;
	uint64_t each_ns = ui->watch->opts.interval_ns;

	for (unsigned i = 0; i < ui->then.want.tries && each_ns < all_ns; i++)
		each_ns *= 2;
	return each_ns > 0 && n < all_ns / each_ns ? n * each_ns : all_ns;
}

bool
ui_wants(struct ui *ui, const struct ui_ahead *of, uint64_t *from_ns,
    uint64_t *until_ns)
{
	const struct ui_want *w = &ui->then.want;
	uint64_t lead_ns = LEAD_NS;

	find_mark(ui, of->events);
	*until_ns = ui->past.sample.t_ns;
	if (w->kind == UI_WANT_TIME)
		units_parse_moment(w->at, of->end_ns, of->end_wall_ns,
		    until_ns);
	else if (w->kind == UI_WANT_MARK && w->mark.seq != 0)
		*until_ns = w->mark.t_ns;
	else if (w->kind == UI_WANT_STEP && w->later)
		*until_ns += span_of(ui, of);
	else if (w->kind == UI_WANT_STEP)
		lead_ns += span_of(ui, of);
	*from_ns = w->kind == UI_WANT_STEP && w->later ?
	    ui->past.sample.t_ns : *until_ns;
	*from_ns = *from_ns - of->first_ns > lead_ns &&
	    *from_ns > of->first_ns ? *from_ns - lead_ns : of->first_ns;
	return w->kind != UI_WANT_NOTHING;
}

/* Takes the step, if there are as many samples or there will be no more. */
static void
arrive_by_step(struct ui *ui, const struct ui_ahead *of, size_t i)
{
	struct ui_want *w = &ui->then.want;
	size_t last = history_len(ui->watch->history) - 1;
	uint64_t n = w->n, most = w->later ? last - i : i;

	if (n > most && span_of(ui, of) < of->end_ns - of->first_ns) {
		w->tries++;
		return;
	}
	w->kind = UI_WANT_NOTHING;
	n = n < most ? n : most;
	go(ui, w->later ? i + n : i - n);
	if (n < w->n)
		said_line(ui->said, w->later ? "the last sample" :
		    "the first sample");
}

static void
arrive_at_mark(struct ui *ui)
{
	const struct event mark = ui->then.want.mark;
	bool later = ui->then.want.later;
	size_t at;

	ui_give_up_at(ui);
	if (mark.seq == 0 || !snapshot_of(ui, &mark, &at)) {
		said_line(ui->said, later ? "no mark after this" :
		    "no mark before this");
		return;
	}
	go(ui, at);
	said_line(ui->said, "%c  %s", mark.mark, mark.text);
}

void
ui_arrive(struct ui *ui, const struct ui_ahead *of)
{
	uint64_t from_ns, t_ns;
	size_t i = 0;

	if (!ui_wants(ui, of, &from_ns, &t_ns) ||
	    history_len(ui->watch->history) == 0)
		return;
	find_shown(ui, &i);
	if (ui->then.want.kind == UI_WANT_STEP) {
		arrive_by_step(ui, of, i);
	} else if (ui->then.want.kind == UI_WANT_MARK) {
		arrive_at_mark(ui);
	} else {
		ui_give_up_at(ui);
		go_to(ui, t_ns);
	}
}

void
ui_turned(struct ui *ui, bool part)
{
	size_t i;

	waterfall_forget(ui->graph.fall);
	changes_free(ui->then.changes);
	ui->then.changes = NULL;
	ui->then.part = part;
	if (part || ui->then.want.kind != UI_WANT_NOTHING ||
	    !find_shown(ui, &i))
		return;
	if (strncmp(ui->said->line, SAID_SAMPLE, strlen(SAID_SAMPLE)) == 0)
		show(ui, i);
	else
		turn_to(ui, i);
}

void
ui_all_replayed(struct ui *ui)
{
	const struct sample *last = &ui->watch->live;
	const struct ui_ahead all = { history_oldest_ns(ui->watch->history),
		last->t_ns, last->wall_ns, ui->watch->events };

	ui->then.all_read = true;
	while (ui->then.want.kind != UI_WANT_NOTHING && !ui->then.part &&
	    all.first_ns != 0)
		ui_arrive(ui, &all);
}

void
ui_set_play(struct ui *ui, bool on)
{
	size_t i, n = history_len(ui->watch->history);

	ui_give_up_at(ui);
	if (on && find_shown(ui, &i) && i + 1 == n)
		turn_to(ui, 0);
	ui->then.plays = on && n > 0;
	ui->then.play_ns = ui->past.sample.t_ns;
	ui->then.speed_pct = 100;
	ui->said->line[0] = '\0';
	ui->said->dirty = ui->said->urgent = true;
}

void
ui_play(struct ui *ui, uint64_t ns)
{
	size_t i, n = history_len(ui->watch->history);

	if (!ui->then.plays)
		return;
	ui->then.play_ns += ns * ui->then.speed_pct / 100;
	if (!history_find(ui->watch->history, ui->then.play_ns, &i))
		return;
	n = reads_on(ui) ? SIZE_MAX : n;
	if (i + 1 == n)
		ui->then.plays = false;
	turn_to(ui, i);
	if (i + 1 == n)
		said_line(ui->said, "the end of the recording");
}
