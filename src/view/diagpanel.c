#include "config.h"

#include "diagpanel.h"

#include <string.h>

#include "pagetide/diagnosis.h"
#include "pagetide/scene.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

#include "line.h"

/* Columns of the heading, and of what stands below it. */
#define HEAD_COLS 11

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

	if (d == s->before) {
		t.role = ROLE_DIM;
		strcpy(before, units_wall(when, s->before_wall_ns));
		strcpy(before + strcspn(before, "."), "  ");
	}
	for (i = 0; i < d->n && r.h > 0; i++) {
		t.item = &d->item[i];
		t.key = s->diagnosis_key[i];
		lines = draw_item(f, r, &t);
		r.y += lines;
		r.h -= lines;
	}
	return i;
}

/* Nothing, and what there was last. */
static void
draw_quiet(struct frame *f, struct rect r, const struct scene *s)
{
	const char *text = s->diagnosis->known ? "nothing stands out" : "?";

	frame_text(f, r.x, r.y, r.w, ROLE_DIM, text);
	r.y++;
	r.h--;
	if (s->before != NULL)
		draw_items(f, r, s, s->before);
}

void
diagpanel_draw(struct frame *f, struct rect r, const struct scene *s)
{
	struct rect items = { r.x + HEAD_COLS, r.y, r.w - HEAD_COLS, r.h };
	unsigned drawn;

	if (r.h == 0)
		return;
	frame_text(f, r.x, r.y, HEAD_COLS, ROLE_STRONG, "DIAGNOSIS");
	if (s->diagnosis == NULL) {
		frame_text(f, items.x, r.y, items.w, ROLE_DIM,
		    "none without a worker");
		return;
	}
	if (s->diagnosis->n == 0) {
		draw_quiet(f, items, s);
		return;
	}
	drawn = draw_items(f, items, s, s->diagnosis);
	if (drawn < s->diagnosis->n && r.h > 1)
		frame_printf(f, r.x, r.y + 1, HEAD_COLS, ROLE_DIM, "+%u more",
		    s->diagnosis->n - drawn);
}

bool
diagpanel_line(struct frame *f, struct rect r, const struct scene *s)
{
	struct told_item t = { .before = "", .role = ROLE_WARN };

	if (s->diagnosis == NULL || s->diagnosis->n == 0)
		return false;
	t.item = &s->diagnosis->item[0];
	t.key = s->diagnosis_key[0];
	draw_short(f, r, &t);
	return true;
}
