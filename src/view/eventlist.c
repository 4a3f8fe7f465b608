#include "config.h"

#include "eventlist.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

#include "pagetide/line.h"

/* Columns of "12:00:31.204 D ", and of "12:00:31 D ". */
#define HEAD_COLS 15
#define HEAD_COLS_SLIM 11
/* List width from which times have milliseconds. */
#define WIDE_COLS 130
/* Lines from which there is a heading. */
#define HEADING_ROWS 5
/* How long an event stands in the message line, where there is no list. */
#define LINE_NS (5 * NS_PER_S)
/* Lines from which an effect may take two. */
#define WRAP_ROWS 6

/* More than an event says of what it did and what followed. */
#define EFFECT_MAX (sizeof ((struct event *)NULL)->own + \
    sizeof ((struct event *)NULL)->effect + 2)

static const enum role kind_role[EVENT_KIND_COUNT] = {
	[EVENT_HINT] = ROLE_STRONG,
	[EVENT_WORK] = ROLE_TEXT,
	[EVENT_OUTSIDE] = ROLE_DIM,
	[EVENT_TARGET] = ROLE_WARN,
	[EVENT_WORKER] = ROLE_TEXT,
	[EVENT_NOTE] = ROLE_DIM,
	[EVENT_ERROR] = ROLE_ERROR,
};

/* What all the events on the screen have in common. */
struct columns {
	int	head;		/* of time and mark */
	bool	wrap;		/* an effect may take two lines */
};

/* "..." until the effect of a call that went well has been measured. */
static const char *
effect_of(const struct event *e)
{
	if (e->effect[0] == '\0' && e->kind == EVENT_HINT && e->finish == 0 &&
	    !event_failed(e))
		return "...";
	return e->effect;
}

static bool
shown_event(const struct scene *s, size_t i, struct event *out)
{
	return events_then(s->events, &s->events_then,
	    i + s->list.events_skip, out);
}

/* Columns of what follows a result, with the blanks before it. */
static int
part_cols(const char *part)
{
	return part[0] == '\0' ? 0 : 2 + text_columns(part);
}

/* Columns of an event with what the act did itself: the result stands right
 * behind its call, so that nothing moves when other events come and go. */
static int
own_cols(const struct columns *c, const struct event *e)
{
	return c->head + text_columns(e->text) + 1 + text_columns(e->result) +
	    part_cols(e->own);
}

/* ... and with its effect: of all of it on one line. */
static int
line_cols(const struct columns *c, const struct event *e)
{
	return own_cols(c, e) + part_cols(effect_of(e));
}

/* What stands on the line of the call, and what below it; "" if nothing. */
static void
arrange(const struct columns *c, const struct event *e, int w,
    char first[EFFECT_MAX], char below[EFFECT_MAX])
{
	const char *effect = effect_of(e);
	const char *between = e->own[0] != '\0' && effect[0] != '\0' ? "  " :
	    "";

	first[0] = below[0] = '\0';
	if (line_cols(c, e) <= w)
		snprintf(first, EFFECT_MAX, "%s%s%s", e->own, between, effect);
	else if (e->own[0] != '\0' && own_cols(c, e) <= w) {
		snprintf(first, EFFECT_MAX, "%s", e->own);
		snprintf(below, EFFECT_MAX, "%s", effect);
	} else
		snprintf(below, EFFECT_MAX, "%s%s%s", e->own, between, effect);
}

/* The part of an effect that does not fit into w columns: what is behind the
 * last two blanks that do; NULL if all fits, or there are none. */
static const char *
effect_rest(const char *effect, int w)
{
	const char *gap = effect, *rest = NULL;
	char part[EFFECT_MAX];

	if (text_columns(effect) <= w)
		return NULL;
	while ((gap = strstr(gap, "  ")) != NULL) {
		snprintf(part, sizeof part, "%.*s", (int)(gap - effect),
		    effect);
		if (text_columns(part) > w)
			break;
		gap += strspn(gap, " ");
		rest = gap;
	}
	return rest;
}

static int
event_lines(const struct columns *c, const struct event *e, int w)
{
	char first[EFFECT_MAX], below[EFFECT_MAX];

	arrange(c, e, w, first, below);
	if (below[0] == '\0')
		return 1;
	return c->wrap && effect_rest(below, w - c->head) != NULL ? 3 : 2;
}

static void
draw_time(struct frame *f, struct rect r, const struct columns *c,
    const struct event *e)
{
	char wall[UNITS_MAX];

	units_wall(wall, e->wall_ns);
	frame_text(f, r.x, r.y, c->head - 3, ROLE_DIM, wall);
	if (e->mark != 0)
		frame_printf(f, r.x + c->head - 2, r.y, 1, ROLE_MARK, "%c",
		    e->mark);
}

/* The effect on one line, or on two if there are two. */
static void
draw_effect(struct frame *f, struct rect r, const char *effect)
{
	const char *rest = r.h > 1 ? effect_rest(effect, r.w) : NULL;

	if (rest == NULL) {
		line_cut(f, r, ROLE_TEXT, effect);
		return;
	}
	frame_printf(f, r.x, r.y, r.w, ROLE_TEXT, "%.*s",
	    (int)(rest - effect), effect);
	r.y++;
	line_cut(f, r, ROLE_TEXT, rest);
}

static void
draw_event(struct frame *f, struct rect r, const struct columns *c,
    const struct event *e)
{
	bool failed = event_failed(e);
	int result = text_columns(e->result);
	struct rect text = { r.x + c->head, r.y, r.w - c->head, 1 };
	int at;
	char first[EFFECT_MAX], below[EFFECT_MAX];

	draw_time(f, r, c, e);
	if (result > 0)
		text.w -= result + 1;
	at = c->head + line_cut(f, text, kind_role[e->kind], e->text) + 1;
	frame_text(f, r.x + at, r.y, result, failed ? ROLE_ERROR : ROLE_GOOD,
	    e->result);
	arrange(c, e, r.w, first, below);
	at += result > 0 ? result + 2 : 1;
	frame_text(f, r.x + at, r.y, r.w - at, ROLE_TEXT, first);
	if (r.h > 1) {
		text = (struct rect){ r.x + c->head, r.y + 1, r.w - c->head,
		    r.h - 1 };
		draw_effect(f, text, below);
	}
}

static void
draw_heading(struct frame *f, struct rect r, const struct scene *s)
{
	uint64_t since = scene_events_since(s);
	struct line l;

	line_init(&l, f, (struct rect){ r.x, r.y, r.w, 1 }, "  ", ROLE_DIM);
	line_add(&l, ROLE_STRONG, "EVENTS");
	if (s->list.events_skip > 0)
		line_add(&l, ROLE_WARN, "%" PRIu64 " newer below",
		    s->list.events_skip);
	else
		line_add(&l, ROLE_DIM, "the exact call, its result, what "
		    "it did, what else within a second");
	if (since > 0)
		line_add(&l, ROLE_WARN, "frozen: +%" PRIu64 " since", since);
}

/* Others' doing is one line, the newest, which has the sums of all. */
static bool
is_folded(const struct event *e, bool *outside)
{
	bool again = e->kind == EVENT_OUTSIDE && *outside;

	*outside = *outside || e->kind == EVENT_OUTSIDE;
	return again;
}

void
eventlist_draw(struct frame *f, struct rect r, const struct scene *s)
{
	struct columns c = { r.w >= WIDE_COLS ? HEAD_COLS : HEAD_COLS_SLIM,
		r.h >= WRAP_ROWS };
	struct event e;
	bool outside = false;
	int bottom, lines;

	if (r.h == 0)
		return;
	if (r.h >= HEADING_ROWS) {
		draw_heading(f, r, s);
		r.y++;
		r.h--;
	}
	bottom = r.y + r.h;
	for (size_t i = 0; shown_event(s, i, &e); i++) {
		if (is_folded(&e, &outside))
			continue;
		lines = event_lines(&c, &e, r.w);
		bottom -= lines;
		if (bottom < r.y)
			break;
		draw_event(f, (struct rect){ r.x, bottom, r.w, lines },
		    &c, &e);
	}
}

bool
eventlist_line(struct frame *f, struct rect r, const struct scene *s)
{
	struct columns c = { HEAD_COLS_SLIM, false };
	struct event e;

	if (!shown_event(s, 0, &e) || s->list.events_skip > 0 ||
	    s->now_ns > e.t_ns + LINE_NS)
		return false;
	r.h = 1;
	draw_event(f, r, &c, &e);
	return true;
}
