#include "config.h"

#include "pagetide/plain.h"

#include <inttypes.h>

#include "pagetide/event.h"
#include "pagetide/field.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

/* The words of a line, in its order. */
static const struct {
	const char	*word;
	const char	*field;
	bool		 share;		/* of all pages, too */
	bool		 process;	/* of another process alone */
} words[] = {
	{ "cached", "layers.cached_pages", true, false },
	{ "mapped", "layers.mapped_pages", true, false },
	{ "minor", "counters.minor_faults", false, false },
	{ "major", "counters.major_faults", false, false },
	{ "read", "counters.read_bytes", false, false },
	{ "by", "scan.source", false, false },
	{ "private", "layers.private_pages", false, true },
	{ "zero", "layers.zero_pages", false, true },
	{ "huge", "layers.huge_pages", false, true },
	{ "swapped", "layers.swapped_pages", false, true },
	{ "guard", "layers.guard_pages", false, true },
};

void
plain_sample(struct strbuf *sb, const struct sample *s)
{
	const struct field_of of = { .sample = s };
	const uint64_t pages = s->target.pages;
	char buf[UNITS_MAX];

	strbuf_adds(sb, units_wall(buf, s->wall_ns));
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct field_value v = field_get(field_find(words[i].field),
		    &of);
		const uint64_t n = (uint64_t)v.n;

		if (words[i].process && s->worker.process == 0)
			continue;
		strbuf_addf(sb, " %s=", words[i].word);
		if (!v.known || v.text != NULL)
			strbuf_adds(sb, v.known ? v.text : "?");
		else
			strbuf_addf(sb, "%" PRIu64, n);
		if (v.known && words[i].share)
			strbuf_addf(sb, "/%" PRIu64 " (%s)", pages,
			    units_percent(buf, n, pages));
	}
}

/* lead and the text, unless there is no text. */
static void
add_part(struct strbuf *sb, const char *lead, const char *text)
{
	if (text[0] == '\0')
		return;
	strbuf_adds(sb, lead);
	text_safe(sb, text);
}

void
plain_event(struct strbuf *sb, const struct event *ev)
{
	char	when[UNITS_MAX];

	strbuf_addf(sb, "%s %s:", units_wall(when, ev->wall_ns),
	    event_kind_name[ev->kind]);
	add_part(sb, " ", ev->text);
	add_part(sb, " ", ev->result);
	add_part(sb, "; ", ev->own);
	add_part(sb, "; ", ev->effect);
}
