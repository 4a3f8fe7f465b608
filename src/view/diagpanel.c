#include "config.h"

#include "diagpanel.h"

#include <string.h>

#include "pagetide/diagnosis.h"
#include "pagetide/event.h"
#include "pagetide/sample.h"
#include "pagetide/scene.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

#include "pagetide/line.h"

/* Columns of the heading, and of what stands below it. */
#define HEAD_COLS 11
/* Of so many pages one may be missing, and all of them are cached. */
#define NEARLY_ALL 16

/* The item, what is before it, and what helps, as a whole. */
struct told_item {
	const struct diagnosis_item *item;
	const char	*key;		/* of the command; "": none */
	const char	*before;	/* "12:00:31 ", or "" */
	enum role	 role;
};

/* Columns of what would help, with what is between. */
static int
help_cols(const struct told_item *t)
{
	if (t->item->command == NULL)
		return 0;
	return 2 + (t->key[0] != '\0' ? text_columns(t->key) + 1 : 1) +
	    text_columns(t->item->command);
}

static int
item_cols(const struct told_item *t)
{
	return text_columns(t->before) + text_columns(t->item->text) + 2 +
	    text_columns(t->item->cause) + help_cols(t);
}

/* "  R advise random", or "  :advise willneed-all" without a key. */
static void
draw_help(struct line *l, const struct told_item *t)
{
	bool has_key = t->key[0] != '\0';

	if (t->item->command == NULL || l->x + help_cols(t) > l->end)
		return;
	line_join(l, ROLE_KEY, "  %s", has_key ? t->key : ":");
	line_join(l, ROLE_TEXT, "%s%s", has_key ? " " : "",
	    t->item->command);
}

/* In one line; the cause is left out where there is no room for it. */
static void
draw_short(struct frame *f, struct rect r, const struct told_item *t)
{
	struct line l;

	line_init(&l, f, r, "", ROLE_DIM);
	line_add(&l, ROLE_DIM, "%s", t->before);
	if (!line_add(&l, t->role, "%s", t->item->text)) {
		line_cut(f, (struct rect){ l.x, r.y, l.end - l.x, 1 },
		    t->role, t->item->text);
		return;
	}
	if (l.x + 2 + text_columns(t->item->cause) + help_cols(t) <= l.end)
		line_join(&l, ROLE_TEXT, ": %s", t->item->cause);
	l.left_out = false;
	draw_help(&l, t);
}

/* In one line, or in two if they are there. */
static int
draw_item(struct frame *f, struct rect r, const struct told_item *t)
{
	struct line l;

	if (item_cols(t) <= r.w || r.h < 2) {
		draw_short(f, (struct rect){ r.x, r.y, r.w, 1 }, t);
		return 1;
	}
	line_init(&l, f, (struct rect){ r.x, r.y, r.w, 1 }, "", ROLE_DIM);
	line_add(&l, ROLE_DIM, "%s", t->before);
	line_add(&l, t->role, "%s:", t->item->text);
	line_init(&l, f, (struct rect){ r.x, r.y + 1, r.w, 1 }, "", ROLE_DIM);
	line_add(&l, ROLE_TEXT, "%s", t->item->cause);
	draw_help(&l, t);
	return 2;
}

/* As many as there is room for. Returns how many these are. */
static unsigned
draw_items(struct frame *f, struct rect r, const struct scene *s,
    const struct diagnosis *d)
{
	char when[UNITS_MAX], before[UNITS_MAX + 4] = "";
	struct told_item t = { .before = before, .role = ROLE_WARN };
	unsigned i;
	int lines;

	if (d == s->rules.before) {
		t.role = ROLE_DIM;
		strcpy(before, units_wall(when, s->rules.before_wall_ns));
		strcpy(before + strcspn(before, "."), "  ");
	}
	for (i = 0; i < d->n && r.h > 0; i++) {
		t.item = &d->item[i];
		t.key = s->rules.key[i];
		lines = draw_item(f, r, &t);
		r.y += lines;
		r.h -= lines;
	}
	return i;
}

/* Has the worker touched anything by order? */
static bool
is_used(const struct scene *s)
{
	struct event e;

	if (s->sample->worker.running)
		return true;
	for (size_t i = 0; events_then(s->events, &s->events_then, i, &e); i++)
		if (e.kind == EVENT_WORK)
			return true;
	return false;
}

/* A key, if there is one for it, and what it does; both or neither. */
static void
add_key(struct line *l, const char *key, const char *does)
{
	int cols = (int)(strlen(l->between) + strlen(key) + strlen(does)) + 1;

	if (key[0] == '\0' || l->x + cols > l->end)
		return;
	line_add(l, ROLE_KEY, "%s", key);
	line_join(l, ROLE_TEXT, " %s", does);
}

/* A file by how much of it is cached. */
static void
invite_file(struct line *l, const struct scene *s, uint64_t cached)
{
	uint64_t pages = s->sample->target.pages;

	if (cached > 0)
		line_add(l, ROLE_TEXT, "%s",
		    cached == pages ? "all of it is cached" :
		    cached >= pages - pages / NEARLY_ALL ?
		    "nearly all of it is cached" : "part of it is cached");
	if (cached >= pages - pages / NEARLY_ALL)
		add_key(l, s->rules.invite[INVITE_EVICT], "empties it, then");
	add_key(l, s->rules.invite[INVITE_WALK], "walks through the file");
	add_key(l, s->rules.invite[INVITE_TOUCH], "touches one page");
	if (cached > 0 && cached < pages - pages / NEARLY_ALL)
		add_key(l, s->rules.invite[INVITE_EVICT], "empties it first");
}

/* Is there a key to press, or nobody to do it? */
static bool
invites(const struct scene *s)
{
	return s->read_only || s->sample->worker.process != 0 ||
	    s->rules.invite[INVITE_WALK][0] != '\0' ||
	    s->rules.invite[INVITE_TOUCH][0] != '\0';
}

/* To who may act. */
static void
invite_worker(struct line *l, const struct scene *s)
{
	if (!s->sample->target.anon) {
		invite_file(l, s, s->sample->counters.v[COUNTER_CACHED]);
		return;
	}
	add_key(l, s->rules.invite[INVITE_WALK], "walks through the memory");
	add_key(l, s->rules.invite[INVITE_TOUCH], "touches one page");
}

/* What to press first, while nothing has been touched yet; false, and nothing
 * is drawn, once something was, or where the state at hand is not known. alone:
 * no other line offers lessons. */
static bool
draw_invitation(struct frame *f, struct rect r, const struct scene *s,
    bool alone)
{
	struct line l;

	if (s->sample->seq == 0 || s->sample->target.pages == 0 ||
	    r.h == 0 || is_used(s) || !invites(s))
		return false;
	line_init(&l, f, r, "  ", ROLE_DIM);
	if (s->read_only) {
		line_add(&l, ROLE_TEXT,
		    "watching: what other programs read shows here");
		return true;
	}
	if (s->sample->worker.process != 0) {
		line_add(&l, ROLE_TEXT,
		    "watching: pages that the process maps show here");
		return true;
	}
	if (!s->sample->worker.alive || (!s->sample->target.anon &&
	    (s->sample->counters.known & COUNTER_BIT(COUNTER_CACHED)) == 0))
		return false;
	invite_worker(&l, s);
	if (alone)
		add_key(&l, s->rules.invite[INVITE_LESSON], "has lessons");
	return true;
}

/* Nothing can be done before there is a worker again. */
static bool
draw_no_worker(struct frame *f, struct rect r, const struct scene *s)
{
	struct line l;

	if (s->rules.no_worker == NULL || r.h == 0)
		return false;
	line_init(&l, f, (struct rect){ r.x, r.y, r.w, 1 }, "  ", ROLE_DIM);
	add_key(&l, s->rules.restart, "starts a worker");
	line_cut(f, (struct rect){ l.x + 2, r.y, l.end - l.x - 2, 1 },
	    ROLE_ERROR, s->rules.no_worker);
	return true;
}

/* Nothing, and what there was last. */
static void
draw_quiet(struct frame *f, struct rect r, const struct scene *s)
{
	const char *text = s->rules.now->known ? "nothing stands out" :
	    "not known yet";

	if (!draw_no_worker(f, r, s) &&
	    !draw_invitation(f, (struct rect){ r.x, r.y, r.w, 1 }, s,
	    false))
		frame_text(f, r.x, r.y, r.w, ROLE_DIM, text);
	r.y++;
	r.h--;
	if (s->rules.before != NULL)
		draw_items(f, r, s, s->rules.before);
}

void
diagpanel_draw(struct frame *f, struct rect r, const struct scene *s)
{
	struct rect items = { r.x + HEAD_COLS, r.y, r.w - HEAD_COLS, r.h };
	unsigned drawn;

	if (r.h == 0)
		return;
	frame_text(f, r.x, r.y, HEAD_COLS, ROLE_STRONG, "DIAGNOSIS");
	if (s->rules.now == NULL) {
		items.h = 1;
		if (!draw_invitation(f, items, s, false))
			frame_text(f, items.x, r.y, items.w, ROLE_DIM,
			    "none without a worker");
		return;
	}
	if (s->rules.now->n == 0 || s->rules.no_worker != NULL) {
		draw_quiet(f, items, s);
		return;
	}
	drawn = draw_items(f, items, s, s->rules.now);
	if (drawn < s->rules.now->n && r.h > 1)
		frame_printf(f, r.x, r.y + 1, HEAD_COLS, ROLE_DIM, "+%u more",
		    s->rules.now->n - drawn);
}

bool
diagpanel_line(struct frame *f, struct rect r, const struct scene *s)
{
	struct told_item t = { .before = "", .role = ROLE_WARN };

	if (draw_no_worker(f, r, s))
		return true;
	if (s->rules.now == NULL || s->rules.now->n == 0)
		return draw_invitation(f, r, s, true);
	t.item = &s->rules.now->item[0];
	t.key = s->rules.key[0];
	draw_short(f, r, &t);
	return true;
}
