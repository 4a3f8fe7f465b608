#include "config.h"

#include "pagetide/castfile.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/picture.h"
#include "pagetide/strbuf.h"

/* UTF-8 as the rest of a JSON string, with its quotes. */
static void
add_string(struct strbuf *out, const char *s, size_t len)
{
	strbuf_addc(out, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			strbuf_addf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			strbuf_addf(out, "\\u%04x", c);
		else
			strbuf_addc(out, (char)c);
	}
	strbuf_addc(out, '"');
}

static void
add_line(struct castfile *c, uint64_t t_ns, char what, const char *s,
    size_t len)
{
	uint64_t ns = t_ns > c->begin_ns ? t_ns - c->begin_ns : 0;

	strbuf_addf(c->out, "[%" PRIu64 ".%06" PRIu64 ",\"%c\",",
	    ns / NS_PER_S, ns % NS_PER_S / NS_PER_US, what);
	add_string(c->out, s, len);
	strbuf_adds(c->out, "]\n");
}

void
castfile_begin(struct castfile *c, struct strbuf *out, const struct frame *f,
    const struct scheme *scheme, uint64_t t_ns, uint64_t wall_ns)
{
	static const char clear[] = "\033[?25l\033[0m\033[2J";

	*c = (struct castfile){ .out = out, .scheme = scheme,
		.begin_ns = t_ns };
	frame_init(&c->last, f->cols, f->rows);
	frame_clear(&c->last);
	strbuf_addf(out, "{\"version\":2,\"width\":%d,\"height\":%d,"
	    "\"timestamp\":%" PRIu64 ",\"title\":\"pagetide\","
	    "\"env\":{\"TERM\":\"xterm-256color\"}}\n", f->cols, f->rows,
	    wall_ns / NS_PER_S);
	add_line(c, t_ns, 'o', clear, sizeof clear - 1);
}

static bool
same_row(const struct frame *a, const struct frame *b, int y)
{
	size_t at = (size_t)y * (size_t)a->cols;

	for (size_t x = 0; x < (size_t)a->cols; x++) {
		const struct fcell *p = &a->cell[at + x], *q = &b->cell[at + x];

		if (p->ch != q->ch || p->alt != q->alt || p->fg != q->fg ||
		    p->bg != q->bg || p->attr != q->attr)
			return false;
	}
	return true;
}

void
castfile_frame(struct castfile *c, const struct frame *f, uint64_t t_ns)
{
	struct strbuf text = STRBUF_INIT;

	for (int y = 0; y < f->rows && y < c->last.rows; y++) {
		if (same_row(f, &c->last, y))
			continue;
		strbuf_addf(&text, "\033[%d;1H", y + 1);
		picture_ansi_row(&text, f, y, c->scheme);
	}
	if (text.len > 0)
		add_line(c, t_ns, 'o', text.s, text.len);
	strbuf_done(&text);
	frame_copy(&c->last, f);
}

void
castfile_mark(struct castfile *c, uint64_t t_ns, const char *text)
{
	add_line(c, t_ns, 'm', text, strlen(text));
}

void
castfile_end(struct castfile *c)
{
	frame_done(&c->last);
}
