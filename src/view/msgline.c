#include "config.h"

#include "msgline.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"

#include "line.h"

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

/* The cell that the next character goes to, in reverse. */
static void
draw_cursor(struct frame *f, int x, int y, const char *at)
{
	char32_t ch;

	if (text_next(at, &ch) == 0 || text_width(ch) != 1)
		ch = U' ';
	frame_put(f, x, y, ch, ch < 0x7f ? (char)ch : '?', ROLE_TEXT,
	    ROLE_TEXT, ATTR_REVERSE);
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
	const char *input = s->input != NULL ? s->input : "";
	size_t length = strlen(input);
	size_t cursor = s->input_cursor < length ? s->input_cursor : length;
	int at = draw_label(f, r, s->prompt), room = r.w - at;

	input = scroll_to(input, &cursor, room);
	frame_text(f, r.x + at, r.y, room, ROLE_TEXT, input);
	draw_cursor(f, r.x + at + columns_before(input, cursor), r.y,
	    input + cursor);
}

void
msgline_draw(struct frame *f, struct rect r, const struct scene *s)
{
	const char *why = scene_why(s);

	if (r.h == 0)
		return;
	if (s->prompt != NULL)
		draw_prompt(f, r, s);
	else if (s->message != NULL)
		line_cut(f, r, s->message_is_error ? ROLE_ERROR : ROLE_TEXT,
		    s->message);
	else if (why != NULL)
		line_cut(f, r, ROLE_WARN, why);
}

/* Columns that all the keys take, each with its label. */
static int
keys_columns(const struct scene *s)
{
	int columns = 0;

	for (size_t i = 0; i < s->n_footer; i++)
		columns += text_columns(s->footer[i].keys) +
		    text_columns(s->footer[i].label) + 3;
	return columns;
}

/* "+ -" as "+-": where room is short, letters may stand close. */
static void
squeeze(char *buf, size_t size, const char *keys)
{
	size_t n = 0;

	for (; *keys != '\0' && n + 1 < size; keys++)
		if (*keys != ' ')
			buf[n++] = *keys;
	buf[n] = '\0';
}

void
msgline_keys(struct frame *f, struct rect r, const struct scene *s)
{
	bool tight = keys_columns(s) > r.w;
	char keys[64];
	struct line l;

	line_init(&l, f, r, tight ? " " : "  ", ROLE_DIM);
	for (size_t i = 0; i < s->n_footer; i++) {
		const struct key_help *k = &s->footer[i];
		int need;

		if (tight)
			squeeze(keys, sizeof keys, k->keys);
		else
			snprintf(keys, sizeof keys, "%s", k->keys);
		need = text_columns(keys) + text_columns(k->label) + 3;
		if (l.x + need > l.end)
			continue;
		line_add(&l, k->enabled ? ROLE_KEY : ROLE_DIM, "%s", keys);
		line_join(&l, k->enabled ? ROLE_TEXT : ROLE_DIM, " %s",
		    k->label);
	}
}
