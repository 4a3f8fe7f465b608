#include "config.h"

#include "helpview.h"

#include <stdio.h>
#include <string.h>

#include "pagetide/text.h"

#include "line.h"

/* Width from which there are two columns. */
#define TWO_COLUMNS 100

/* Does a heading stand above entry i? */
static bool
starts_group(const struct scene *s, size_t i)
{
	if (s->help[i].group == NULL)
		return false;
	return i == 0 || s->help[i - 1].group == NULL ||
	    strcmp(s->help[i].group, s->help[i - 1].group) != 0;
}

/* Lines above entry i: the entries, their headings, blanks between. */
static size_t
line_of(const struct scene *s, size_t i)
{
	size_t n = i;

	for (size_t k = 0; k <= i && k < s->n_help; k++)
		if (starts_group(s, k))
			n += k > 0 ? 2 : 1;
	return n;
}

static size_t
widest_keys(const struct scene *s)
{
	size_t widest = 0, n;

	for (size_t i = 0; i < s->n_help; i++) {
		n = (size_t)text_columns(s->help[i].keys);
		if (n > widest)
			widest = n;
	}
	return widest;
}

/* Where a line of the help stands on the screen; h 0: nowhere. */
static struct rect
place(struct rect r, size_t top, int columns, size_t line)
{
	int w = r.w / columns;
	size_t at = line - top, rows = (size_t)r.h;
	struct rect out = { 0 };

	if (line < top || at >= rows * (size_t)columns)
		return out;
	out.x = r.x + w * (int)(at / rows) + 1;
	out.y = r.y + (int)(at % rows);
	out.w = w - 2;
	out.h = 1;
	return out;
}

static void
draw_entry(struct frame *f, struct rect r, const struct key_help *k,
    int keys_cols)
{
	int indent = keys_cols + 4;

	if (r.h == 0)
		return;
	frame_text(f, r.x + 2, r.y, r.w - 2, k->enabled ? ROLE_KEY : ROLE_DIM,
	    k->keys);
	if (r.w > indent)
		line_cut(f, (struct rect){ r.x + indent, r.y, r.w - indent,
		    1 }, k->enabled ? ROLE_TEXT : ROLE_DIM, k->label);
}

/* "KEYS" and which of the lines are on the screen, if not all. */
static void
draw_heading(struct frame *f, struct rect r, size_t top, size_t shown,
    size_t lines)
{
	struct line l;

	line_init(&l, f, (struct rect){ r.x + 1, r.y, r.w - 1, 1 }, "  ",
	    ROLE_DIM);
	line_add(&l, ROLE_STRONG, "KEYS");
	if (shown >= lines)
		return;
	if (shown > lines - top)
		shown = lines - top;
	line_add(&l, ROLE_DIM, "lines %zu to %zu of %zu", top + 1,
	    top + shown, lines);
}

/* An entry, and the heading above it where its group starts. */
static void
draw_lines(struct frame *f, struct rect body, size_t top, int columns,
    const struct scene *s)
{
	int keys_cols = (int)widest_keys(s);
	struct rect at;

	for (size_t i = 0; i < s->n_help; i++) {
		size_t line = line_of(s, i);

		draw_entry(f, place(body, top, columns, line), &s->help[i],
		    keys_cols);
		if (!starts_group(s, i))
			continue;
		at = place(body, top, columns, line - 1);
		frame_text(f, at.x, at.y, at.w, ROLE_STRONG,
		    s->help[i].group);
	}
}

void
helpview_draw(struct frame *f, struct rect r, const struct scene *s)
{
	int columns = r.w >= TWO_COLUMNS ? 2 : 1;
	struct rect body = { r.x, r.y + 1, r.w, r.h - 1 };
	size_t lines, shown, top = s->help_top;

	if (r.h < 2 || s->n_help == 0)
		return;
	frame_fill(f, r, ROLE_TEXT, ROLE_TEXT);
	lines = line_of(s, s->n_help - 1) + 1;
	shown = (size_t)body.h * (size_t)columns;
	if (lines <= shown)
		top = 0;
	else if (top > lines - shown)
		top = lines - shown;
	draw_heading(f, r, top, shown, lines);
	draw_lines(f, body, top, columns, s);
}
