#include "config.h"

#include "pagetide/picture.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/frame.h"
#include "pagetide/palette.h"
#include "pagetide/strbuf.h"

/* Pixels of one character: whole numbers leave no seams between cells. */
#define CELL_W 9
#define CELL_H 18
#define BASELINE 14
#define FONT_PX 15
#define MARGIN 6

#define UPPER_HALF U'\u2580'
#define LOWER_HALF U'\u2584'

/* What a character looks like in a scheme, reverse already done. */
struct look {
	int	fg, bg;		/* palette index, -1: the default one */
	int	attr;		/* without ATTR_REVERSE */
	bool	swapped;	/* defaults are exchanged too */
};

static const struct fcell *
cell_at(const struct frame *f, int x, int y)
{
	return &f->cell[(size_t)y * (size_t)f->cols + (size_t)x];
}

/* UTF-8; what no text may hold becomes '?'. */
static void
add_utf8(struct strbuf *out, char32_t ch)
{
	if (ch < 0x20 || (ch >= 0x7f && ch < 0xa0) || ch > 0x10ffff ||
	    (ch >= 0xd800 && ch < 0xe000) || (ch & 0xfffe) == 0xfffe)
		ch = U'?';
	if (ch < 0x80) {
		strbuf_addc(out, (char)ch);
		return;
	}
	if (ch < 0x800) {
		strbuf_addc(out, (char)(0xc0 | ch >> 6));
	} else {
		if (ch < 0x10000) {
			strbuf_addc(out, (char)(0xe0 | ch >> 12));
		} else {
			strbuf_addc(out, (char)(0xf0 | ch >> 18));
			strbuf_addc(out, (char)(0x80 | (ch >> 12 & 0x3f)));
		}
		strbuf_addc(out, (char)(0x80 | (ch >> 6 & 0x3f)));
	}
	strbuf_addc(out, (char)(0x80 | (ch & 0x3f)));
}

/* The character that stands for the cell where colours are not seen. */
static char32_t
plain_char(const struct fcell *c, int ascii)
{
	return ascii || c->bg != ROLE_TEXT ? (char32_t)c->alt : c->ch;
}

/* Columns up to the last one that is not blank. */
static int
text_end(const struct frame *f, int y, int ascii)
{
	int x = f->cols;

	while (x > 0 && plain_char(cell_at(f, x - 1, y), ascii) == U' ')
		x--;
	return x;
}

void
picture_text(struct strbuf *out, const struct frame *f, int ascii)
{
	for (int y = 0; y < f->rows; y++) {
		int end = text_end(f, y, ascii);

		for (int x = 0; x < end; x++) {
			char32_t ch = plain_char(cell_at(f, x, y), ascii);

			if (ch != 0)
				add_utf8(out, ch);
		}
		strbuf_addc(out, '\n');
	}
}

static struct look
look_of(const struct fcell *c, const struct scheme *scheme)
{
	const struct role_colour *fg = &scheme->role[c->fg];
	int attr = c->attr | fg->attr;
	struct look l = { fg->fg, scheme->role[c->bg].bg,
	    attr & ~ATTR_REVERSE, (attr & ATTR_REVERSE) != 0 };

	if (l.swapped) {
		int keep = l.fg;

		l.fg = l.bg;
		l.bg = keep;
	}
	return l;
}

static bool
same_look(const struct look *a, const struct look *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->attr == b->attr &&
	    a->swapped == b->swapped;
}

/* One colour: 8 of 16 by their own codes, the rest by number. */
static void
add_sgr_colour(struct strbuf *out, int base, int index)
{
	if (index < 0)
		return;
	if (index < 8)
		strbuf_addf(out, ";%d", base + index);
	else if (index < 16)
		strbuf_addf(out, ";%d", base + 60 + index - 8);
	else
		strbuf_addf(out, ";%d;5;%d", base + 8, index);
}

/* From scratch each time: no state is carried over. */
static void
add_sgr(struct strbuf *out, const struct look *l)
{
	strbuf_adds(out, "\033[0");
	if (l->attr & ATTR_BOLD)
		strbuf_adds(out, ";1");
	if (l->attr & ATTR_UNDERLINE)
		strbuf_adds(out, ";4");
	if (l->swapped)
		strbuf_adds(out, ";7");
	add_sgr_colour(out, 30, l->swapped ? l->bg : l->fg);
	add_sgr_colour(out, 40, l->swapped ? l->fg : l->bg);
	strbuf_addc(out, 'm');
}

/* A scheme without colours shows what the colours would say, one with few
 * helps them. */
static char32_t
scheme_char(const struct fcell *c, const struct scheme *scheme)
{
	if (c->ch == U' ' && scheme_shows_glyph(scheme, (enum role)c->bg))
		return (char32_t)c->alt;
	return scheme->colours == 0 ? plain_char(c, 0) : c->ch;
}

void
picture_ansi_row(struct strbuf *out, const struct frame *f, int y,
    const struct scheme *scheme)
{
	struct look last = { -1, -1, 0, false };

	for (int x = 0; x < f->cols; x++) {
		const struct fcell *c = cell_at(f, x, y);
		struct look look = look_of(c, scheme);

		if (!same_look(&look, &last))
			add_sgr(out, &look);
		last = look;
		if (c->ch != 0)
			add_utf8(out, scheme_char(c, scheme));
	}
	strbuf_adds(out, "\033[0m");
}

void
picture_ansi(struct strbuf *out, const struct frame *f,
    const struct scheme *scheme)
{
	for (int y = 0; y < f->rows; y++) {
		picture_ansi_row(out, f, y, scheme);
		strbuf_addc(out, '\n');
	}
}

/* The page that an SVG is drawn on. */
struct page {
	struct strbuf		*out;
	const struct frame	*frame;
	const struct scheme	*scheme;
	uint32_t		 fg, bg;	/* default colours */
};

static uint32_t
ink(const struct page *p, const struct look *l)
{
	if (l->fg >= 0)
		return palette_rgb(l->fg);
	return l->swapped ? p->bg : p->fg;
}

static uint32_t
ground(const struct page *p, const struct look *l)
{
	if (l->bg >= 0)
		return palette_rgb(l->bg);
	return l->swapped ? p->fg : p->bg;
}

static void
add_rect(struct strbuf *out, int x, int y, int w, int h, uint32_t rgb)
{
	strbuf_addf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
	    "fill=\"#%06" PRIx32 "\"/>\n", x, y, w, h, rgb);
}

/* The backgrounds of a row, equal neighbours as one. */
static void
add_grounds(const struct page *p, int y)
{
	for (int x = 0, from = 0; x < p->frame->cols; x++) {
		struct look here = look_of(cell_at(p->frame, x, y),
		    p->scheme), next = here;
		uint32_t rgb = ground(p, &here);

		if (x + 1 < p->frame->cols)
			next = look_of(cell_at(p->frame, x + 1, y), p->scheme);
		if (x + 1 < p->frame->cols && ground(p, &next) == rgb)
			continue;
		if (rgb != p->bg)
			add_rect(p->out, MARGIN + from * CELL_W,
			    MARGIN + y * CELL_H, (x + 1 - from) * CELL_W,
			    CELL_H, rgb);
		from = x + 1;
	}
}

/* Half blocks are drawn, not written: fonts leave gaps around them. */
static void
add_halves(const struct page *p, int y)
{
	for (int x = 0; x < p->frame->cols; x++) {
		const struct fcell *c = cell_at(p->frame, x, y);
		char32_t ch = scheme_char(c, p->scheme);
		struct look look = look_of(c, p->scheme);

		if (ch != UPPER_HALF && ch != LOWER_HALF)
			continue;
		add_rect(p->out, MARGIN + x * CELL_W, MARGIN + y * CELL_H +
		    (ch == LOWER_HALF ? CELL_H / 2 : 0), CELL_W, CELL_H / 2,
		    ink(p, &look));
	}
}

static void
add_xml(struct strbuf *out, char32_t ch)
{
	static const struct {
		char32_t	 ch;
		const char	*name;
	} entity[] = {
		{ U'&', "&amp;" }, { U'<', "&lt;" }, { U'>', "&gt;" },
		{ U'"', "&quot;" },
	};

	for (size_t i = 0; i < sizeof entity / sizeof entity[0]; i++)
		if (entity[i].ch == ch) {
			strbuf_adds(out, entity[i].name);
			return;
		}
	add_utf8(out, ch);
}

/* Is there nothing to write at this place? */
static bool
no_ink(const struct page *p, int x, int y)
{
	char32_t ch = scheme_char(cell_at(p->frame, x, y), p->scheme);

	return ch == U' ' || ch == UPPER_HALF || ch == LOWER_HALF;
}

/* Does the word at x go on with the same look? */
static bool
goes_on(const struct page *p, int x, int y, const struct look *look)
{
	struct look here;

	if (x >= p->frame->cols || no_ink(p, x, y))
		return false;
	here = look_of(cell_at(p->frame, x, y), p->scheme);
	return same_look(&here, look);
}

/* One word from x; returns the column after it. Its place and length are
 * given, so that any monospace font keeps to the grid. */
static int
add_word(const struct page *p, int x, int y)
{
	struct look look = look_of(cell_at(p->frame, x, y), p->scheme);
	int end = x + 1;

	while (goes_on(p, end, y, &look))
		end++;
	strbuf_addf(p->out, "<tspan x=\"%d\" textLength=\"%d\" "
	    "fill=\"#%06" PRIx32 "\"", MARGIN + x * CELL_W,
	    (end - x) * CELL_W, ink(p, &look));
	if (look.attr & ATTR_BOLD)
		strbuf_adds(p->out, " font-weight=\"bold\"");
	if (look.attr & ATTR_UNDERLINE)
		strbuf_adds(p->out, " text-decoration=\"underline\"");
	strbuf_addc(p->out, '>');
	for (; x < end; x++) {
		char32_t ch = scheme_char(cell_at(p->frame, x, y), p->scheme);

		if (ch != 0)
			add_xml(p->out, ch);
	}
	strbuf_adds(p->out, "</tspan>");
	return end;
}

static void
add_words(const struct page *p, int y)
{
	bool open = false;
	int x = 0;

	while (x < p->frame->cols) {
		if (no_ink(p, x, y)) {
			x++;
			continue;
		}
		if (!open)
			strbuf_addf(p->out, "<text y=\"%d\" "
			    "xml:space=\"preserve\">",
			    MARGIN + y * CELL_H + BASELINE);
		open = true;
		x = add_word(p, x, y);
	}
	if (open)
		strbuf_adds(p->out, "</text>\n");
}

void
picture_svg(struct strbuf *out, const struct frame *f,
    const struct scheme *scheme)
{
	bool light = strcmp(scheme->name, "light") == 0;
	struct page p = { out, f, scheme, light ? 0x1c1c1c : 0xd8d8d8,
	    light ? 0xffffff : 0x0e0e10 };
	int w = f->cols * CELL_W + 2 * MARGIN;
	int h = f->rows * CELL_H + 2 * MARGIN;

	strbuf_addf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
	    "height=\"%d\" viewBox=\"0 0 %d %d\" "
	    "shape-rendering=\"crispEdges\" font-family=\"DejaVu Sans "
	    "Mono, Liberation Mono, monospace\" font-size=\"%dpx\">\n",
	    w, h, w, h, FONT_PX);
	add_rect(out, 0, 0, w, h, p.bg);
	for (int y = 0; y < f->rows; y++) {
		add_grounds(&p, y);
		add_halves(&p, y);
		add_words(&p, y);
	}
	strbuf_adds(out, "</svg>\n");
}
