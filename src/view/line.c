#include "config.h"

#include "line.h"

#include <stdarg.h>
#include <stdio.h>

#include "pagetide/text.h"

#define PART_MAX 512

void
line_init(struct line *l, struct frame *f, struct rect r, const char *between,
    enum role dim)
{
	*l = (struct line){ f, r.x, r.y, r.x + r.w, between, dim,
	    false, false };
	if (r.h == 0)
		l->end = l->x;
}

/* Draws text after what is between parts, if both fit. */
static bool
append(struct line *l, enum role fg, const char *between, const char *text)
{
	int need = text_columns(between) + text_columns(text);

	if (l->x + need > l->end)
		return false;
	l->x += frame_text(l->frame, l->x, l->y, l->end - l->x, l->dim,
	    between);
	l->x += frame_text(l->frame, l->x, l->y, l->end - l->x, fg, text);
	l->any = true;
	return true;
}

bool
line_add(struct line *l, enum role fg, const char *fmt, ...)
{
	char text[PART_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	l->left_out = !append(l, fg, l->any ? l->between : "", text);
	return !l->left_out;
}

bool
line_join(struct line *l, enum role fg, const char *fmt, ...)
{
	char text[PART_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return !l->left_out && append(l, fg, "", text);
}

bool
line_right(struct line *l, enum role fg, const char *fmt, ...)
{
	char text[PART_MAX];
	va_list ap;
	int need;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	need = text_columns(text);
	if (l->x + need > l->end)
		return false;
	l->end -= need;
	frame_text(l->frame, l->end, l->y, need, fg, text);
	return true;
}

int
line_cut(struct frame *f, struct rect r, enum role fg, const char *text)
{
	int used;

	if (text_columns(text) <= r.w || r.w < 3)
		return frame_text(f, r.x, r.y, r.w, fg, text);
	used = frame_text(f, r.x, r.y, r.w - 2, fg, text);
	return used + frame_text(f, r.x + used, r.y, r.w - used, ROLE_DIM,
	    "..");
}
