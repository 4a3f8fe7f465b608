#include "config.h"

#include "colour.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <wchar.h>

#include "pagetide/frame.h"
#include "pagetide/palette.h"
#include "pagetide/tty.h"
#include "pagetide/xalloc.h"

/* The scheme of that name, if the terminal has the colours for it. */
static const struct scheme *
usable(const char *name, int colours)
{
	const struct scheme *s = scheme_find(name);

	return s != NULL && s->colours <= colours ? s : NULL;
}

/* What the user named, else what the terminal can show. */
static const struct scheme *
choose(const struct tty_options *o, int colours, bool light,
    const char **note)
{
	const struct scheme *s = NULL;

	if (o->scheme != NULL) {
		s = usable(o->scheme, colours);
		if (s != NULL)
			return s;
		*note = "too few colours for the scheme, using another";
	}
	if (o->no_colour)
		return scheme_for(0);
	if (light)
		s = usable("light", colours);
	return s != NULL ? s : scheme_for(colours);
}

bool
colour_may_be_light(const struct tty_options *o)
{
	return o->scheme == NULL && !o->no_colour &&
	    tigetnum("colors") >= scheme_find("light")->colours;
}

void
colour_open(struct colour *c, const struct tty_options *o, bool light,
    const char **note)
{
	int colours = 0;

	memset(c, 0, sizeof *c);
	if (has_colors() && start_color() == OK && use_default_colors() == OK)
		colours = COLORS;
	c->scheme = choose(o, colours, light, note);
	c->count = c->scheme->colours > 0 ? colours : 0;
	c->rgb = colours > 256;
	c->ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

void
colour_light(struct colour *c)
{
	c->scheme = scheme_find("light");
	memset(c->of, 0, sizeof c->of);
}

void
colour_close(struct colour *c)
{
	free(c->pair);
	memset(c, 0, sizeof *c);
}

/* An xterm-256 index as this terminal counts colours. */
static int
native(const struct colour *c, int index)
{
	return c->rgb && index > 7 ? (int)palette_rgb(index) : index;
}

/* Makes curses' next pair; -1 when they have run out. */
static int
new_pair(struct colour *c, int fg, int bg)
{
	int n = c->pairs + 1;

	if (n >= COLOR_PAIRS || init_extended_pair(n, fg, bg) != OK)
		return -1;
	c->pair = xreallocarray(c->pair, (size_t)n, sizeof *c->pair);
	c->pair[c->pairs] = (struct colour_pair){ fg, bg };
	return c->pairs = n;
}

/* The pair of two colours: 0 the terminal's own, -1 there is none left. */
static int
pair_of(struct colour *c, int fg, int bg)
{
	int i;

	if (fg < 0 && bg < 0)
		return 0;
	for (i = 0; i < c->pairs; i++) {
		if (c->pair[i].fg == fg && c->pair[i].bg == bg)
			return i + 1;
	}
	return new_pair(c, fg, bg);
}

/* The pair of two roles, or -1. */
static int
role_pair(struct colour *c, enum role fg, enum role bg)
{
	int *known = &c->of[fg][bg];

	if (*known == 0) {
		int pair = pair_of(c,
		    native(c, c->scheme->role[fg].fg),
		    native(c, bg == ROLE_TEXT ? -1 : c->scheme->role[bg].bg));

		*known = pair < 0 ? -1 : pair + 1;
	}
	return *known < 0 ? -1 : *known - 1;
}

/* ATTR_ bits as curses has them. */
static attr_t
attributes(unsigned bits)
{
	return (bits & ATTR_BOLD ? WA_BOLD : 0) |
	    (bits & ATTR_REVERSE ? WA_REVERSE : 0) |
	    (bits & ATTR_UNDERLINE ? WA_UNDERLINE : 0);
}

/* Columns of ch where this terminal may show it; 0: it may not. */
static int
glyph_columns(const struct colour *c, const struct fcell *cell,
    const struct fcell *next)
{
	int width;

	if (cell->ch >= 0x20 && cell->ch <= 0x7e)
		return 1;
	if (c->ascii || cell->ch < 0xa0)
		return 0;
	width = wcwidth((wchar_t)cell->ch);
	if (width == 2)
		return next != NULL && next->ch == 0 ? 2 : 0;
	return width == 1;
}

int
colour_cell(struct colour *c, const struct fcell *cell,
    const struct fcell *next, cchar_t *out)
{
	enum role fg = cell->fg < ROLE_COUNT ? cell->fg : ROLE_TEXT;
	enum role bg = cell->bg < ROLE_COUNT ? cell->bg : ROLE_TEXT;
	unsigned attr = cell->attr | c->scheme->role[fg].attr;
	int pair, width = glyph_columns(c, cell, next);
	wchar_t text[2] = { (wchar_t)cell->ch, L'\0' };

	if (text[0] == L' ' && scheme_shows_glyph(c->scheme, bg))
		text[0] = (unsigned char)cell->alt;
	/* A blank cell of the map shows no foreground: what differs in that
	 * alone is the same, and costs no bytes. */
	if (text[0] == L' ' && bg != ROLE_TEXT &&
	    !(attr & (ATTR_REVERSE | ATTR_UNDERLINE))) {
		fg = ROLE_TEXT;
		attr = 0;
	}
	pair = role_pair(c, fg, bg);
	/* Without its background a cell would say nothing, or a lie. */
	if (width == 0 || (bg != ROLE_TEXT &&
	    (pair < 0 || c->scheme->role[bg].bg < 0))) {
		text[0] = (unsigned char)cell->alt;
		width = 1;
	}
	if (pair < 0)
		pair = 0;
	setcchar(out, text, attributes(attr), 0, &pair);
	return width;
}
