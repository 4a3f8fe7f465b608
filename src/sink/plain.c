#include "config.h"

#include "pagetide/plain.h"

#include <inttypes.h>

#include "pagetide/event.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"

/* The words of a line, in its order. */
static const struct {
	const char	*word;
	enum layer	 layer;
} layer_words[] = {
	{ "cached", LAYER_CACHED },
	{ "mapped", LAYER_MAPPED },
};

static const struct {
	const char	*word;
	enum counter	 counter;
} worker_words[] = {
	{ "minor", COUNTER_MINOR },
	{ "major", COUNTER_MAJOR },
	{ "read", COUNTER_READ_BYTES },
};

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* " cached=5622/16384 (34.3 %)" */
static void
add_layer(struct strbuf *sb, const struct sample *s, size_t i)
{
	const enum layer	l = layer_words[i].layer;
	const uint64_t		pages = s->target.pages;
	char			percent[UNITS_MAX];

	strbuf_addf(sb, " %s=", layer_words[i].word);
	if (s->total_known & LAYER_BIT(l))
		strbuf_addf(sb, "%" PRIu64 "/%" PRIu64 " (%s)", s->total[l],
		    pages, units_percent(percent, s->total[l], pages));
	else
		strbuf_addc(sb, '?');
}

/* " minor=12" */
static void
add_counter(struct strbuf *sb, const struct sample *s, size_t i)
{
	const enum counter	c = worker_words[i].counter;

	strbuf_addf(sb, " %s=", worker_words[i].word);
	if (s->worker.alive && (s->counters.known & COUNTER_BIT(c)))
		strbuf_addf(sb, "%" PRIu64, s->counters.v[c]);
	else
		strbuf_addc(sb, '?');
}

void
plain_sample(struct strbuf *sb, const struct sample *s)
{
	const char	*by = s->scan.cached_by;
	char		 when[UNITS_MAX];

	strbuf_adds(sb, units_wall(when, s->wall_ns));
	for (size_t i = 0; i < LENGTH(layer_words); i++)
		add_layer(sb, s, i);
	for (size_t i = 0; i < LENGTH(worker_words); i++)
		add_counter(sb, s, i);
	strbuf_addf(sb, " by=%s", by != NULL ? by : "?");
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
	add_part(sb, "; ", ev->effect);
}
