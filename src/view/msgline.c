#include "config.h"

#include "msgline.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/xalloc.h"

#include "pagetide/line.h"

/* Columns of the first bytes of s. */
static int
columns_before(const char *s, size_t bytes)
{
	struct strbuf head = STRBUF_INIT;
	int columns;

	strbuf_add(&head, s, bytes);
	columns = text_columns(head.s);
	strbuf_done(&head);
	return columns;
}

/* Skips whole characters until the cursor is within room columns. */
static const char *
scroll_to(const char *s, size_t *cursor, int room)
{
	char32_t ch;
	size_t n;

	while (*cursor > 0 && columns_before(s, *cursor) >= room) {
		n = text_next(s, &ch);
		if (n == 0 || n > *cursor)
			break;
		s += n;
		*cursor -= n;
	}
	return s;
}

/* Where the next character goes to, in reverse: what stands there moves on. */
static void
draw_cursor(struct frame *f, int x, int y)
{
	frame_attr(f, x, y, ATTR_REVERSE);
}

/* The question, with room for the cursor at least; of one that is too long the
 * end, where it says what may be answered. Returns its columns. */
static int
draw_label(struct frame *f, struct rect r, const char *label)
{
	int room = r.w - 1, at = 0;
	char32_t ch;

	if (text_columns(label) > room && room > 2) {
		at = frame_text(f, r.x, r.y, room, ROLE_DIM, "..");
		while (text_columns(label) > room - at)
			label += text_next(label, &ch);
	}
	return at + frame_text(f, r.x + at, r.y, room - at, ROLE_STRONG,
	    label);
}

static void
draw_prompt(struct frame *f, struct rect r, const struct scene *s)
{
	const char *input = s->prompt.input != NULL ? s->prompt.input : "";
	size_t length = strlen(input);
	size_t cursor = s->prompt.cursor < length ? s->prompt.cursor : length;
	int at = draw_label(f, r, s->prompt.label), room = r.w - at;

	if (room > 2 && columns_before(input, cursor) >= room) {
		at += frame_text(f, r.x + at, r.y, room, ROLE_DIM, "..");
		room -= 2;
	}
	input = scroll_to(input, &cursor, room);
	frame_text(f, r.x + at, r.y, room, ROLE_TEXT, input);
	draw_cursor(f, r.x + at + columns_before(input, cursor), r.y);
}

void
msgline_draw(struct frame *f, struct rect r, const struct scene *s)
{
	/* What is unknown of a list stands in it. */
	const char *why = s->list.browse.kind != BROWSE_NOTHING ? NULL :
	    scene_why(s);

	if (r.h == 0)
		return;
	if (s->prompt.label != NULL)
		draw_prompt(f, r, s);
	else if (s->message != NULL)
		line_cut(f, r, s->message_is_error ? ROLE_ERROR : ROLE_TEXT,
		    s->message);
	else if (why != NULL)
		line_cut(f, r, ROLE_WARN, why);
}

/* Does a line stand between the part and the one shown before it? */
static bool
starts_group(const struct key_help *k, const struct key_help *before)
{
	return before != NULL && strcmp(before->group, k->group) != 0;
}

/* Columns that the chosen parts take. */
static int
parts_columns(const struct scene *s, const bool *chosen)
{
	const struct key_help *before = NULL;
	int columns = 0;

	for (size_t i = 0; i < s->footer.n; i++) {
		const struct key_help *k = &s->footer.row[i];

		if (!chosen[i])
			continue;
		columns += text_columns(k->keys) + 1 + text_columns(k->label);
		if (before != NULL)
			columns += starts_group(k, before) ? 3 : 2;
		before = k;
	}
	return columns;
}

static unsigned
highest_rank(const struct scene *s)
{
	unsigned rank = 0;

	for (size_t i = 0; i < s->footer.n; i++)
		if (s->footer.row[i].rank > rank)
			rank = s->footer.row[i].rank;
	return rank;
}

/* Which parts are there: each that has room beside those of a lower rank. */
static bool *
choose_parts(const struct scene *s, int w)
{
	bool *chosen = xcalloc(s->footer.n + 1, sizeof *chosen);
	unsigned highest = highest_rank(s);

	for (unsigned rank = 0; rank <= highest; rank++)
		for (size_t i = 0; i < s->footer.n; i++)
			if (s->footer.row[i].rank == rank) {
				chosen[i] = true;
				chosen[i] = parts_columns(s, chosen) <= w;
			}
	return chosen;
}

void
msgline_keys(struct frame *f, struct rect r, const struct scene *s)
{
	struct rect inner = { r.x + 1, r.y, r.w - 2, r.h };
	const struct key_help *before = NULL;
	struct line l;
	bool *chosen;

	if (s->prompt.label != NULL && s->prompt.hint != NULL &&
	    s->prompt.hint[0] != '\0') {
		line_cut(f, inner, ROLE_DIM, s->prompt.hint);
		return;
	}
	chosen = choose_parts(s, inner.w);
	line_init(&l, f, inner, "", ROLE_DIM);
	for (size_t i = 0; i < s->footer.n; i++) {
		const struct key_help *k = &s->footer.row[i];

		if (!chosen[i])
			continue;
		l.between = starts_group(k, before) ? " | " : "  ";
		line_add(&l, k->off ? ROLE_DIM : ROLE_KEY, "%s", k->keys);
		line_join(&l, k->off ? ROLE_DIM : ROLE_TEXT, " %s", k->label);
		before = k;
	}
	free(chosen);
}
