#include "config.h"

#include "present.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/event.h"
#include "pagetide/frame.h"
#include "pagetide/layout.h"
#include "pagetide/sample.h"
#include "pagetide/scene.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

#include "header.h"
#include "pagetide/line.h"

enum {
	DOT_ROWS = 5,
	NUMBERS = 3,
	NUMBER_MAX = UNITS_MAX,
	/* Columns of a dot: as square as it gets, if there is room. */
	DOT_COLS = 2,
};

/* A character in dots, row by row. */
static const struct glyph {
	char		 ch;
	const char	*row[DOT_ROWS];
} glyph_table[] = {
	{ '0', { "###", "# #", "# #", "# #", "###" } },
	{ '1', { " # ", "## ", " # ", " # ", "###" } },
	{ '2', { "###", "  #", "###", "#  ", "###" } },
	{ '3', { "###", "  #", "###", "  #", "###" } },
	{ '4', { "# #", "# #", "###", "  #", "  #" } },
	{ '5', { "###", "#  ", "###", "  #", "###" } },
	{ '6', { "###", "#  ", "###", "# #", "###" } },
	{ '7', { "###", "  #", "  #", " # ", " # " } },
	{ '8', { "###", "# #", "###", "# #", "###" } },
	{ '9', { "###", "# #", "###", "  #", "###" } },
	{ '.', { " ", " ", " ", " ", "#" } },
	{ '%', { "# #", "  #", " # ", "#  ", "# #" } },
	{ 'K', { "# #", "# #", "## ", "# #", "# #" } },
	{ 'M', { "# #", "###", "###", "# #", "# #" } },
	{ 'G', { "###", "#  ", "# #", "# #", "###" } },
	{ '?', { "###", "  #", " ##", "   ", " # " } },
};
enum { GLYPHS = sizeof glyph_table / sizeof glyph_table[0] };

static const struct glyph *
glyph_of(char ch)
{
	for (int i = 0; i < GLYPHS; i++)
		if (glyph_table[i].ch == ch)
			return &glyph_table[i];
	return &glyph_table[GLYPHS - 1];
}

/* Five digits at most: whole thousands of what is longer. */
static void
short_count(char buf[NUMBER_MAX], uint64_t n)
{
	static const char letters[] = "KMG";
	int i = -1;

	for (; n > 99999 && letters[i + 1] != '\0'; i++)
		n /= 1000;
	snprintf(buf, NUMBER_MAX, "%" PRIu64 "%.*s", n, i >= 0,
	    i >= 0 ? letters + i : "");
}

static bool
put_count(char buf[NUMBER_MAX], const struct sample *s, enum counter counter)
{
	uint64_t n;

	if (!sample_since(s, &s->counters, counter, &n))
		return false;
	short_count(buf, n);
	return true;
}

static bool
put_major(char buf[NUMBER_MAX], const struct sample *s)
{
	return put_count(buf, s, COUNTER_MAJOR);
}

static bool
put_minor(char buf[NUMBER_MAX], const struct sample *s)
{
	return put_count(buf, s, COUNTER_MINOR);
}

/* "36.4%": of a mapping without a file what is mapped. */
static bool
put_share(char buf[NUMBER_MAX], const struct sample *s)
{
	enum layer layer = sample_main_layer(s);
	char *blank;

	if (!sample_total_known(s, layer))
		return false;
	units_percent(buf, s->total[layer], s->target.pages);
	blank = strchr(buf, ' ');
	if (blank != NULL)
		memmove(blank, blank + 1, strlen(blank));
	return true;
}

static bool
put_cached(char buf[NUMBER_MAX], const struct sample *s)
{
	if (!sample_total_known(s, LAYER_CACHED))
		return false;
	short_count(buf, s->total[LAYER_CACHED]);
	return true;
}

static bool
put_dirty(char buf[NUMBER_MAX], const struct sample *s)
{
	if (!sample_total_known(s, LAYER_DIRTY))
		return false;
	short_count(buf, s->total[LAYER_DIRTY]);
	return true;
}

/* False: it is not known. */
typedef bool put_number(char buf[NUMBER_MAX], const struct sample *);

struct number {
	const char	*name;
	enum role	 role;
	put_number	*put;
};

static const struct number of_worker[NUMBERS] = {
	{ "major faults", ROLE_GRAPH_MAJOR, put_major },
	{ "minor faults", ROLE_GRAPH_MINOR, put_minor },
	{ "cached", ROLE_LEVEL_5, put_share },
};
static const struct number of_anon[NUMBERS] = {
	{ "major faults", ROLE_GRAPH_MAJOR, put_major },
	{ "minor faults", ROLE_GRAPH_MINOR, put_minor },
	{ "mapped", ROLE_LEVEL_5, put_share },
};
static const struct number of_file[NUMBERS] = {
	{ "pages cached", ROLE_GRAPH_MINOR, put_cached },
	{ "pages dirty", ROLE_GRAPH_MAJOR, put_dirty },
	{ "cached", ROLE_LEVEL_5, put_share },
};

static const struct number *
numbers_of(const struct scene *s)
{
	if (s->read_only)
		return of_file;
	return s->sample->target.anon ? of_anon : of_worker;
}

/* Dots of a text, a gap behind each character. */
static int
dots_of(const char *text)
{
	int n = 0;

	for (; *text != '\0'; text++)
		n += (int)strlen(glyph_of(*text)->row[0]) + 1;
	return n;
}

static int
draw_glyph(struct frame *f, int x, int y, const struct glyph *g, int dot,
    enum role role)
{
	int n = (int)strlen(g->row[0]);

	for (int row = 0; row < DOT_ROWS; row++)
		for (int i = 0; i < n * dot; i++)
			if (g->row[row][i / dot] == '#')
				frame_put(f, x + i, y + row, U' ', '#', role,
				    role, 0);
	return (n + 1) * dot;
}

static void
draw_number(struct frame *f, struct rect r, const struct number *n,
    const char *text, int dot)
{
	int x = r.x, w = dots_of(text) * dot;

	frame_text(f, r.x, r.y, r.w, ROLE_STRONG, n->name);
	if (w - dot > r.w) {
		frame_text(f, r.x, r.y + 1, r.w, ROLE_STRONG, text);
		return;
	}
	for (; *text != '\0'; text++)
		x += draw_glyph(f, x, r.y + 1, glyph_of(*text), dot, n->role);
}

/* Side by side, all of them in dots of one size. */
static void
draw_numbers(struct frame *f, struct rect r, const struct scene *s)
{
	const struct number *n = numbers_of(s);
	int w = r.w / NUMBERS, dot = DOT_COLS;
	char text[NUMBERS][NUMBER_MAX];

	for (int i = 0; i < NUMBERS; i++) {
		if (!n[i].put(text[i], s->sample))
			strcpy(text[i], "?");
		if (dots_of(text[i]) * dot > w)
			dot = 1;
	}
	for (int i = 0; i < NUMBERS; i++)
		draw_number(f, (struct rect){ r.x + i * w, r.y, w - 1, r.h },
		    &n[i], text[i], dot);
}

void
present_number(struct frame *f, struct rect r, const char *name,
    const char *text, enum role role)
{
	const struct number n = { name, role, NULL };
	int dot = dots_of(text) * DOT_COLS <= r.w ? DOT_COLS : 1;

	if (text[strspn(text, "0123456789.%KMG?")] == '\0') {
		draw_number(f, r, &n, text, dot);
		return;
	}
	frame_text(f, r.x, r.y, r.w, ROLE_STRONG, name);
	frame_text(f, r.x, r.y + 2, r.w, ROLE_STRONG, text);
}

/* What was done last, and what it changed. */
static void
draw_caption(struct frame *f, struct rect r, const struct scene *s)
{
	struct rect line = { r.x, r.y, r.w, 1 };
	struct event e;
	char text[sizeof e.text + sizeof e.result + 1];

	if (r.h == 0 || !events_then(s->events, &s->events_then, 0, &e))
		return;
	snprintf(text, sizeof text, "%s%s%s", e.text,
	    e.result[0] != '\0' ? " " : "", e.result);
	line_cut(f, line, event_failed(&e) ? ROLE_ERROR : ROLE_STRONG, text);
	line.y++;
	if (r.h > 1)
		line_cut(f, line, ROLE_TEXT, e.effect);
}

void
present_draw(struct frame *f, const struct layout *l, const struct scene *s)
{
	int w = (int)strlen(header_frozen);

	if (l->numbers.h > 0)
		draw_numbers(f, l->numbers, s);
	if (s->list.lesson.title == NULL)
		draw_caption(f, l->caption, s);
	/* What stands still says so, over the map if need be. */
	if (s->frozen)
		header_badge(f, l->map.w - w, l->map.y, l->map.w,
		    header_frozen);
}
