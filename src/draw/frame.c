#include "config.h"

#include "pagetide/frame.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/text.h"
#include "pagetide/xalloc.h"

_Static_assert(sizeof(struct fcell) == 8, "frame_equal() compares bytes");

/* The longest text frame_printf() makes. */
#define PRINTF_MAX 1024

static const struct fcell blank = { U' ', ' ', ROLE_TEXT, ROLE_TEXT, 0 };

static size_t
frame_size(const struct frame *f)
{
	return (size_t)f->cols * (size_t)f->rows;
}

/* Starts without memory; frame_resize() gives it some. */
void
frame_init(struct frame *f, int cols, int rows)
{
	f->cell = NULL;
	frame_resize(f, cols, rows);
}

void
frame_done(struct frame *f)
{
	free(f->cell);
	f->cell = NULL;
	f->cols = f->rows = 0;
}

void
frame_resize(struct frame *f, int cols, int rows)
{
	f->cols = cols > 0 ? cols : 0;
	f->rows = rows > 0 ? rows : 0;
	f->cell = xreallocarray(f->cell, frame_size(f) + 1, sizeof(*f->cell));
	frame_clear(f);
}

void
frame_clear(struct frame *f)
{
	for (size_t i = 0; i < frame_size(f); i++)
		f->cell[i] = blank;
}

bool
frame_equal(const struct frame *a, const struct frame *b)
{
	if (a->cols != b->cols || a->rows != b->rows)
		return false;
	return memcmp(a->cell, b->cell, frame_size(a) * sizeof(*a->cell)) == 0;
}

void
frame_copy(struct frame *dst, const struct frame *src)
{
	if (dst->cols != src->cols || dst->rows != src->rows)
		frame_resize(dst, src->cols, src->rows);
	memcpy(dst->cell, src->cell, frame_size(src) * sizeof(*src->cell));
}

static bool
printable(char c)
{
	return c >= 0x20 && c <= 0x7e;
}

/* Blanks the other half of a wide character that x is about to overwrite. */
static void
part_wide(struct fcell *row, int cols, int x)
{
	if (row[x].ch == 0 && x > 0)
		row[x - 1].ch = U' ';
	if (x + 1 < cols && row[x + 1].ch == 0)
		row[x + 1].ch = U' ';
}

void
frame_put(struct frame *f, int x, int y, char32_t ch, char alt, enum role fg,
    enum role bg, int attr)
{
	struct fcell *row;

	if (x < 0 || y < 0 || x >= f->cols || y >= f->rows)
		return;
	row = f->cell + (size_t)y * (size_t)f->cols;
	part_wide(row, f->cols, x);
	row[x].ch = ch;
	row[x].alt = printable(alt) ? alt : '?';
	row[x].fg = (uint8_t)fg;
	row[x].bg = (uint8_t)bg;
	row[x].attr = (uint8_t)attr;
}

void
frame_attr(struct frame *f, int x, int y, int attr)
{
	struct fcell *row;

	if (x < 0 || y < 0 || x >= f->cols || y >= f->rows)
		return;
	row = f->cell + (size_t)y * (size_t)f->cols;
	row[x].attr |= (uint8_t)attr;
	if (x + 1 < f->cols && row[x + 1].ch == 0)
		row[x + 1].attr |= (uint8_t)attr;
}

/* One character of text; a wide one takes two cells. */
static void
put_char(struct frame *f, int x, int y, char32_t ch, int width, enum role fg)
{
	char alt = ch < 0x7f ? (char)ch : '?';

	frame_put(f, x, y, ch, alt, fg, ROLE_TEXT, 0);
	if (width < 2)
		return;
	frame_put(f, x + 1, y, U' ', '?', fg, ROLE_TEXT, 0);
	if (x >= 0 && y >= 0 && x + 1 < f->cols && y < f->rows)
		f->cell[(size_t)y * (size_t)f->cols + (size_t)x + 1].ch = 0;
}

int
frame_text(struct frame *f, int x, int y, int w, enum role fg, const char *s)
{
	int end = w < f->cols - x ? w : f->cols - x;
	int used = 0, width;
	char32_t ch;
	size_t n;

	for (; (n = text_next(s, &ch)) > 0; s += n) {
		width = text_width(ch);
		if (used + width > end)
			break;
		if (x + used >= 0)
			put_char(f, x + used, y, ch, width, fg);
		used += width;
	}
	return used;
}

int
frame_printf(struct frame *f, int x, int y, int w, enum role fg,
    const char *fmt, ...)
{
	char buf[PRINTF_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return frame_text(f, x, y, w, fg, buf);
}

void
frame_fill(struct frame *f, struct rect r, enum role fg, enum role bg)
{
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++)
			frame_put(f, x, y, U' ', ' ', fg, bg, 0);
}
