/* Commands that go back in time: which moment a frozen picture is of. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/history.h"
#include "pagetide/said.h"
#include "pagetide/strbuf.h"
#include "pagetide/ui.h"
#include "pagetide/units.h"

#include "command.h"

/* Which sample is shown: true until the next is. */
#define SAID_SAMPLE "sample "

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
	turn_to(ui, i);
	said_line(ui->said, SAID_SAMPLE "%zu of %zu", i + 1,
	    history_len(ui->watch->history));
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

static int
go_to_mark(struct ui *ui, size_t i, bool later)
{
	const struct event *mark;
	size_t at = i;

	mark = nearest_mark(ui, i, later, &at);
	if (mark == NULL) {
		said_line(ui->said, later ? "no mark after this" :
		    "no mark before this in what is kept");
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
		said_line(ui->said, "nothing is kept from before %s", wall);
}

void
ui_give_up_at(struct ui *ui)
{
	ui->then.at[0] = '\0';
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

/* "12:00:31.4", "12:00": the last time that it was then. */
static bool
parse_wall(const char *text, uint64_t now_ns, uint64_t *wall_ns)
{
	time_t now = (time_t)(now_ns / NS_PER_S), then;
	unsigned hour, minute, at = 0;
	uint64_t ns = 0;
	struct tm tm;

	if (sscanf(text, "%2u:%2u%n", &hour, &minute, &at) != 2 ||
	    hour > 23 || minute > 59 || localtime_r(&now, &tm) == NULL)
		return false;
	if (text[at] != '\0' && (text[at] != ':' ||
	    units_parse_duration(text + at + 1, &ns) != 0 ||
	    ns >= 61 * NS_PER_S))
		return false;
	tm.tm_hour = (int)hour;
	tm.tm_min = (int)minute;
	tm.tm_sec = 0;
	tm.tm_isdst = -1;
	then = mktime(&tm);
	if (then + (time_t)(ns / NS_PER_S) > now) {
		tm.tm_mday--;
		tm.tm_isdst = -1;
		then = mktime(&tm);
	}
	*wall_ns = (uint64_t)then * NS_PER_S + ns;
	return then >= 0;
}

/* What TIME stands for, on the clock of samples. */
static int
parse_time(const struct ui *ui, const struct args *a, uint64_t *t_ns,
    struct strbuf *why)
{
	const struct sample *now = &ui->watch->live;
	uint64_t ago_ns, wall_ns;

	if (a->v[0][0] == '-') {
		if (units_parse_duration(a->v[0] + 1, &ago_ns) != 0)
			return args_refuse(a, 0, "a time as 12:00:31.4, or -30 "
			    "for seconds ago", why);
	} else if (parse_wall(a->v[0], now->wall_ns, &wall_ns)) {
		ago_ns = wall_ns < now->wall_ns ? now->wall_ns - wall_ns : 0;
	} else {
		return args_refuse(a, 0, "a time as 12:00:31.4, or -30 for "
		    "seconds ago", why);
	}
	*t_ns = ago_ns < now->t_ns ? now->t_ns - ago_ns : 0;
	return 0;
}

/* Will more of the recording be read, in which that may be? */
static bool
is_ahead(const struct ui *ui, const char *time, uint64_t t_ns)
{
	size_t i;

	return ui->opts.replay == UI_REPLAY_FILE && !ui->then.all_read &&
	    (time[0] == '-' ||
	    !history_find(ui->watch->history, t_ns, &i));
}

static int
go_to_time(struct ui *ui, const struct args *a, struct strbuf *why)
{
	uint64_t t_ns = 0;
	size_t i = 0;
	bool found;
	int rc;

	rc = parse_time(ui, a, &t_ns, why);
	if (rc == 0)
		rc = ui_past_kept(ui, why);
	if (rc != 0)
		return rc;
	ui_give_up_at(ui);
	if (is_ahead(ui, a->v[0], t_ns)) {
		snprintf(ui->then.at, sizeof ui->then.at, "%s", a->v[0]);
		said_line(ui->said, "reads the recording before it goes "
		    "there");
		return 0;
	}
	ui_freeze(ui, true);
	found = history_find(ui->watch->history, t_ns, &i);
	go(ui, i);
	if (!found)
		said_line(ui->said, "nothing is kept from then: the oldest "
		    "sample");
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

void
ui_all_replayed(struct ui *ui)
{
	const struct args to = { .n = 1, .v = { ui->then.at } };
	struct strbuf why = STRBUF_INIT;

	ui->then.all_read = true;
	if (ui->then.at[0] != '\0')
		go_to_time(ui, &to, &why);
	strbuf_done(&why);
}

/* Times as fast, in hundredths. */
static const unsigned play_speed[] = { 25, 50, 100, 200, 400, 1000, 3000,
	10000 };
enum { SPEEDS = sizeof play_speed / sizeof *play_speed };

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
	n = ui->then.all_read ? n : SIZE_MAX;
	if (i + 1 == n)
		ui->then.plays = false;
	turn_to(ui, i);
	if (i + 1 == n)
		said_line(ui->said, "the end of the recording");
}

/* The words of play. */
enum { PLAY_SLOWER, PLAY_FASTER };

int
cmd_play(struct ui *ui, const struct args *a, struct strbuf *why)
{
	unsigned i = 0;

	if (!ui->then.plays) {
		strbuf_adds(why, "play: nothing plays");
		return -EINVAL;
	}
	while (play_speed[i] != ui->then.speed_pct)
		i++;
	if (a->word[0] == PLAY_FASTER)
		i += i + 1 < SPEEDS;
	else
		i -= i > 0;
	ui->then.speed_pct = play_speed[i];
	said_line(ui->said, "plays %g times as fast", play_speed[i] / 100.0);
	return 0;
}
