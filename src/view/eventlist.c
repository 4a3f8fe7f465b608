#include "config.h"

#include "eventlist.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/event.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

#include "line.h"

/* Columns of "12:00:31.204 D ", and of "12:00:31 D ". */
#define HEAD_COLS 15
#define HEAD_COLS_SLIM 11
/* List width from which times have milliseconds. */
#define WIDE_COLS 130
/* Lines from which there is a heading. */
#define HEADING_ROWS 5
/* Lines from which an effect may take two. */
#define WRAP_ROWS 6

static const enum role kind_role[EVENT_KIND_COUNT] = {
	[EVENT_HINT] = ROLE_STRONG,
	[EVENT_WORK] = ROLE_TEXT,
	[EVENT_OUTSIDE] = ROLE_WARN,
	[EVENT_TARGET] = ROLE_WARN,
	[EVENT_WORKER] = ROLE_TEXT,
	[EVENT_NOTE] = ROLE_DIM,
	[EVENT_ERROR] = ROLE_ERROR,
};

/* Columns shared by all the events on the screen. */
struct columns {
	int	head, text;
	bool	wrap;		/* an effect may take two lines */
};

/* "..." until the effect of a call that went well has been measured. */
static const char *
effect_of(const struct event *e)
{
	if (e->effect[0] == '\0' && e->kind == EVENT_HINT && !event_failed(e))
		return "...";
	return e->effect;
}

/* Room for the calls of the newest n events, so that results align. */
static struct columns
measure(const struct events *events, int n, int w)
{
	struct columns c = { w >= WIDE_COLS ? HEAD_COLS : HEAD_COLS_SLIM, 0,
		n >= WRAP_ROWS };
	const struct event *e;
	int text;

	for (int i = 0; i < n; i++) {
		e = events_at(events, (size_t)i);
		if (e == NULL)
			break;
		text = text_columns(e->text);
		if (e->result[0] != '\0' && text > c.text)
			c.text = text;
	}
	return c;
}

/* Columns of an event whose result starts at column text of its call. */
static int
line_cols(const struct columns *c, const struct event *e, int text)
{
	return c->head + text + 1 + text_columns(e->result) + 2 +
	    text_columns(effect_of(e));
}

/* Where the result stands: aligned if all of the line fits then. */
static int
result_column(const struct columns *c, const struct event *e, int w)
{
	int text = text_columns(e->text);

	if (e->result[0] != '\0' && text < c->text &&
	    line_cols(c, e, c->text) <= w)
		text = c->text;
	return c->head + text + 1;
}

static bool
effect_fits(const struct columns *c, const struct event *e, int w)
{
	return line_cols(c, e, text_columns(e->text)) <= w;
}

/* The part of an effect that does not fit into w columns: what is behind the
 * last two blanks that do; NULL if all fits, or there are none. */
static const char *
effect_rest(const char *effect, int w)
{
	const char *gap = effect, *rest = NULL;
	char part[sizeof ((struct event *)NULL)->effect];

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
	if (effect_of(e)[0] == '\0' || effect_fits(c, e, w))
		return 1;
	return c->wrap && effect_rest(effect_of(e), w - c->head) != NULL ? 3
	    : 2;
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
	int at = result_column(c, e, r.w);

	draw_time(f, r, c, e);
	if (result > 0)
		text.w -= result + 1;
	line_cut(f, text, kind_role[e->kind], e->text);
	if (at > r.w - result)
		at = r.w - result;
	frame_text(f, r.x + at, r.y, result, failed ? ROLE_ERROR : ROLE_GOOD,
	    e->result);
	if (effect_fits(c, e, r.w)) {
		at += result > 0 ? result + 2 : 1;
		frame_text(f, r.x + at, r.y, r.w - at, ROLE_TEXT,
		    effect_of(e));
	} else if (r.h > 1) {
		text = (struct rect){ r.x + c->head, r.y + 1, r.w - c->head,
		    r.h - 1 };
		draw_effect(f, text, effect_of(e));
	}
}

static void
draw_heading(struct frame *f, struct rect r, uint64_t since)
{
	struct line l;

	line_init(&l, f, (struct rect){ r.x, r.y, r.w, 1 }, "  ", ROLE_DIM);
	line_add(&l, ROLE_STRONG, "EVENTS");
	line_add(&l, ROLE_DIM,
	    "the exact call, its result, what changed within a second");
	if (since > 0)
		line_add(&l, ROLE_WARN, "paused: +%" PRIu64 " since", since);
}

void
eventlist_draw(struct frame *f, struct rect r, const struct scene *s)
{
	struct columns c = measure(s->events, r.h, r.w);
	const struct event *e;
	int bottom, lines;

	if (r.h == 0)
		return;
	if (r.h >= HEADING_ROWS) {
		draw_heading(f, r, s->events_since);
		r.y++;
		r.h--;
	}
	bottom = r.y + r.h;
	for (size_t i = 0; (e = events_at(s->events, i)) != NULL; i++) {
		lines = event_lines(&c, e, r.w);
		bottom -= lines;
		if (bottom < r.y)
			break;
		draw_event(f, (struct rect){ r.x, bottom, r.w, lines }, &c, e);
	}
}
