#include "config.h"

#include "pagetide/line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/text.h"

#include "pagetide/panel.h"

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
append(struct line *l, enum role fg, const char *between, const char *fmt,
    va_list ap)
{
	char text[PART_MAX];

	vsnprintf(text, sizeof text, fmt, ap);
	if (l->x + text_columns(between) + text_columns(text) > l->end)
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
	va_list ap;

	va_start(ap, fmt);
	l->left_out = !append(l, fg, l->any ? l->between : "", fmt, ap);
	va_end(ap);
	return !l->left_out;
}

bool
line_join(struct line *l, enum role fg, const char *fmt, ...)
{
	bool fits;
	va_list ap;

	va_start(ap, fmt);
	fits = !l->left_out && append(l, fg, "", fmt, ap);
	va_end(ap);
	return fits;
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

/* Bytes of what there is room for, of a text that is too long: whole parts,
 * which have two blanks between them, else whole words, where these leave no
 * more than half of the room empty, or a sixth. */
static size_t
cut_at(const char *text, int room)
{
	size_t at = 0, words = 0, parts = 0, n;
	char32_t ch, before = U' ';
	int columns = 0;

	while ((n = text_next(text + at, &ch)) > 0) {
		bool ends = ch == U' ' && before != U' ';

		if (ends && columns * 6 >= room * 5)
			words = at;
		if (ends && columns * 2 >= room && text[at + n] == ' ')
			parts = at;
		columns += text_width(ch);
		if (columns > room)
			break;
		at += n;
		/* With the blanks, where these have room. */
		if (parts > 0 && ch == U' ' && at == parts + 2)
			parts = at;
		before = ch;
	}
	return parts > 0 ? parts : words > 0 ? words : at;
}

int
line_cut(struct frame *f, struct rect r, enum role fg, const char *text)
{
	int used;

	if (text_columns(text) <= r.w || r.w < 3)
		return frame_text(f, r.x, r.y, r.w, fg, text);
	used = frame_printf(f, r.x, r.y, r.w - 2, fg, "%.*s",
	    (int)cut_at(text, r.w - 2), text);
	return used + frame_text(f, r.x + used, r.y, r.w - used, ROLE_DIM,
	    "..");
}

/* Bytes of the text that one line has room for: all, or whole words, or of a
 * word that is wider than the line what there is room for. */
static size_t
line_bytes(const char *text, int room)
{
	size_t at = 0, words = 0, n;
	int columns = 0;
	char32_t ch;

	while ((n = text_next(text + at, &ch)) > 0) {
		if (ch == U' ')
			words = at;
		columns += text_width(ch);
		if (columns > room)
			return words > 0 ? words : at > 0 ? at : n;
		at += n;
	}
	return at;
}

int
line_wrapped(struct frame *f, struct rect r, enum role fg, const char *text)
{
	int y;

	for (y = 0; y < r.h && *text != '\0'; y++) {
		size_t n = y + 1 == r.h ? strlen(text) :
		    line_bytes(text, r.w);
		char part[PART_MAX];

		snprintf(part, sizeof part, "%.*s", (int)n, text);
		line_cut(f, (struct rect){ r.x, r.y + y, r.w, 1 }, fg, part);
		text += n;
		text += strspn(text, " ");
	}
	return y;
}

int
line_count(const char *text, int columns)
{
	int n;

	for (n = 0; *text != '\0'; n++) {
		text += line_bytes(text, columns);
		text += strspn(text, " ");
	}
	return n;
}

#define NAME_COLS 17
#define NAME_COLS_SLIM 8

struct rect
panel_line(struct panel *p)
{
	struct rect line = { p->r.x, p->y, p->r.w, 1 };

	if (p->y >= p->r.y + p->r.h)
		line.h = line.w = 0;
	p->y++;
	return line;
}

void
panel_start(struct panel *p, struct line *l, const char *between)
{
	line_init(l, p->frame, panel_line(p), between, ROLE_DIM);
}

void
panel_section(struct panel *p, struct line *l, const char *title)
{
	if (p->y > p->r.y && p->spare > 0) {
		p->spare--;
		p->y++;
	}
	panel_start(p, l, "  ");
	line_add(l, ROLE_STRONG, "%s", title);
}

int
panel_name_cols(const struct panel *p)
{
	return p->r.w >= PANEL_WIDE ? NAME_COLS : NAME_COLS_SLIM;
}

void
panel_wrapped(struct panel *p, enum role role, int indent, const char *text)
{
	int room = p->r.w - indent;
	struct line l;

	while (*text != '\0' && room > 0) {
		size_t n = line_bytes(text, room);

		panel_start(p, &l, "");
		line_add(&l, role, "%*s%.*s", indent, "", (int)n, text);
		text += n;
		text += strspn(text, " ");
	}
}
