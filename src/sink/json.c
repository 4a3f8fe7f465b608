#include "config.h"

#include "pagetide/json.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "pagetide/clock.h"
#include "pagetide/effect.h"
#include "pagetide/forecast.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

/* What a worker has counted; without a worker nobody knows these. */
#define WORKER_COUNTERS (COUNTER_BIT(COUNTER_MINOR) | \
    COUNTER_BIT(COUNTER_MAJOR) | COUNTER_BIT(COUNTER_READ_BYTES) | \
    COUNTER_BIT(COUNTER_RSS_PAGES) | COUNTER_BIT(COUNTER_TOUCHES) | \
    COUNTER_BIT(COUNTER_REFAULTS) | COUNTER_BIT(COUNTER_STEALS) | \
    COUNTER_BIT(COUNTER_WORKING_SET))

/* Totals of layers, which "layers" tells already. */
#define LAYER_COUNTERS (COUNTER_BIT(COUNTER_CACHED) | \
    COUNTER_BIT(COUNTER_MAPPED) | COUNTER_BIT(COUNTER_PRIVATE))

/* Enough for microseconds of a present day, without noise behind them. */
#define TIME_DIGITS 16

/* U+FFFD, which stands for a byte that is no character. */
#define REPLACEMENT "\xef\xbf\xbd"

/* Well-formed UTF-8, by its first and second byte. */
static const struct {
	unsigned char	first, first_end;
	unsigned char	second, second_end;
	unsigned char	len;
} utf8_rows[] = {
	{ 0x01, 0x7f, 0x00, 0xff, 1 },
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

/* Bytes of the character at s, 0 if it is none. */
static size_t
utf8_len(const char *s)
{
	const unsigned char	*u = (const unsigned char *)s;

	for (size_t i = 0; i < sizeof(utf8_rows) / sizeof(utf8_rows[0]); i++) {
		if (u[0] < utf8_rows[i].first ||
		    u[0] > utf8_rows[i].first_end)
			continue;
		if (u[1] < utf8_rows[i].second ||
		    u[1] > utf8_rows[i].second_end)
			return 0;
		for (size_t k = 2; k < utf8_rows[i].len; k++) {
			if ((u[k] & 0xc0) != 0x80)
				return 0;
		}
		return utf8_rows[i].len;
	}
	return 0;
}

/* A string, bad bytes as U+FFFD; NULL gives null. */
static json_t *
text_value(const char *s)
{
	struct strbuf	 sb = STRBUF_INIT;
	json_t		*value;
	size_t		 n;

	if (s == NULL)
		return json_null();
	for (; *s != '\0'; s += n) {
		n = utf8_len(s);
		if (n > 0) {
			strbuf_add(&sb, s, n);
		} else {
			strbuf_adds(&sb, REPLACEMENT);
			n = 1;
		}
	}
	value = json_string(sb.s);
	strbuf_done(&sb);
	return value;
}

/* A number, or null when it is unknown or more than JSON can carry. */
static json_t *
number_value(bool known, uint64_t n)
{
	if (!known || n > INT64_MAX)
		return json_null();
	return json_integer((json_int_t)n);
}

/* Adds a member; value is given away. */
static void
put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		fatal("out of memory (JSON)");
}

static json_t *
target_value(const struct target_facts *t)
{
	json_t	*o = json_object();

	put(o, "path", text_value(t->path));
	put(o, "size_bytes", number_value(true, t->size_bytes));
	put(o, "page_size_bytes", number_value(true, t->page_bytes));
	put(o, "pages", number_value(true, t->pages));
	put(o, "filesystem", text_value(t->filesystem));
	put(o, "readahead_bytes", number_value(t->readahead_known,
	    t->readahead_bytes));
	return o;
}

static json_t *
layers_value(const struct sample *s)
{
	json_t	*o = json_object();
	char	*key;

	for (int l = 0; l < LAYER_COUNT; l++) {
		key = xasprintf("%s_pages", layer_table[l].name);
		put(o, key, number_value(s->total_known & LAYER_BIT(l),
		    s->total[l]));
		free(key);
	}
	return o;
}

static json_t *
counters_value(const struct sample *s)
{
	unsigned	 known = s->counters.known;
	json_t		*o = json_object();

	if (!s->worker.alive)
		known &= ~WORKER_COUNTERS;
	for (int c = 0; c < COUNTER_COUNT; c++) {
		if (LAYER_COUNTERS & COUNTER_BIT(c))
			continue;
		put(o, counter_table[c].name, number_value(
		    known & COUNTER_BIT(c), s->counters.v[c]));
	}
	return o;
}

static json_t *
worker_value(const struct worker_facts *w)
{
	json_t	*o;

	if (!w->alive)
		return json_null();
	o = json_object();
	put(o, "pid", json_integer(w->pid));
	put(o, "running", json_boolean(w->running));
	put(o, "pattern", text_value(w->running ?
	    pattern_table[w->kind].name : NULL));
	put(o, "cursor_page", number_value(w->cursor_known, w->cursor_page));
	put(o, "pace_per_s", number_value(true, w->pace_per_s));
	put(o, "working_set_window_ns", number_value(w->window_ns != 0,
	    w->window_ns));
	return o;
}

/* A share of time as percent; null when it is unknown. */
static json_t *
percent_value(bool known, uint32_t bp)
{
	return known ? json_real(bp / 100.0) : json_null();
}

static json_t *
memory_value(const struct memory_facts *m)
{
	json_t	*o = json_object();

	put(o, "limited", json_boolean(m->limited));
	put(o, "limit_bytes", number_value(m->limit_known, m->limit_bytes));
	put(o, "usage_bytes", number_value(m->usage_known, m->usage_bytes));
	put(o, "limit_hits", number_value(m->hits_known, m->limit_hits));
	put(o, "oom_kills", number_value(m->kills_known, m->oom_kills));
	put(o, "steals_of", text_value(m->steals_by));
	put(o, "pressure_of", text_value(!m->pressure_known ? NULL :
	    m->pressure_own ? "cgroup" : "system"));
	put(o, "some_avg10_percent", percent_value(m->pressure_known,
	    m->some_avg10_bp));
	put(o, "full_avg10_percent", percent_value(m->pressure_known,
	    m->full_avg10_bp));
	return o;
}

static json_t *
forecast_value(const struct forecast *f)
{
	json_t	*o;

	if (!f->known)
		return json_null();
	o = json_object();
	put(o, "minor_faults", number_value(true, f->minor));
	put(o, "major_faults", number_value(true, f->major));
	return o;
}

/* What the walk was measured to change. */
static json_t *
outcome_value(const struct effect *e)
{
	static const enum counter told[] = {
		COUNTER_TOUCHES, COUNTER_MINOR, COUNTER_MAJOR,
		COUNTER_READ_BYTES, COUNTER_CACHED, COUNTER_MAPPED,
		COUNTER_PRIVATE,
	};
	int64_t	 delta;
	json_t	*o;

	if (e == NULL)
		return json_null();
	o = json_object();
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		put(o, counter_table[told[i]].name,
		    effect_delta(e, told[i], &delta) ?
		    json_integer(delta) : json_null());
	put(o, "alone", json_boolean(!e->mixed));
	return o;
}

static json_t *
bound_value(const struct latency *l, enum latency_kind kind, unsigned permille)
{
	uint64_t	ns = 0;
	bool		known = latency_bound(l, kind, permille, &ns);

	return number_value(known, ns);
}

/* The touches of one kind. */
static json_t *
touches_value(const struct latency *l, enum latency_kind kind)
{
	json_t	*o = json_object(), *a = json_array();

	put(o, "touches", number_value(true, latency_touches(l, kind)));
	put(o, "p50_bound_ns", bound_value(l, kind, 500));
	put(o, "p99_bound_ns", bound_value(l, kind, 990));
	for (unsigned b = 0; b < LATENCY_BUCKETS; b++) {
		if (json_array_append_new(a, number_value(true,
		    l->count[kind][b])) != 0)
			fatal("out of memory (JSON)");
	}
	put(o, "buckets", a);
	return o;
}

static json_t *
latency_value(const struct latency *l)
{
	json_t	*o = json_object();

	put(o, "no_fault", touches_value(l, LATENCY_NO_FAULT));
	put(o, "minor", touches_value(l, LATENCY_MINOR));
	put(o, "major", touches_value(l, LATENCY_MAJOR));
	put(o, "stray_minor_faults", number_value(true, l->stray_minor));
	put(o, "stray_major_faults", number_value(true, l->stray_major));
	return o;
}

static json_t *
walk_value(const struct worker_facts *w, const struct json_walk *walk)
{
	json_t	*o;

	if (!w->alive || !w->latency_known)
		return json_null();
	o = json_object();
	put(o, "pattern", text_value(walk != NULL ?
	    pattern_table[walk->kind].name : NULL));
	put(o, "forecast", walk != NULL ? forecast_value(walk->forecast) :
	    json_null());
	put(o, "outcome", walk != NULL ? outcome_value(walk->effect) :
	    json_null());
	put(o, "latency", latency_value(&w->latency));
	return o;
}

static json_t *
scan_value(const struct sample *s)
{
	const struct scan_facts	*scan = &s->scan;
	json_t			*o = json_object();

	put(o, "source", text_value(scan->cached_by));
	put(o, "mapped_source", text_value(scan->mapped_by));
	/* Of the last full pass: there is none before the first. */
	put(o, "duration_ns", number_value(scan->complete,
	    scan->duration_ns));
	put(o, "oldest_age_ns", number_value(scan->oldest_ns != 0,
	    s->t_ns > scan->oldest_ns ? s->t_ns - scan->oldest_ns : 0));
	put(o, "complete", json_boolean(scan->complete));
	put(o, "remark", text_value(scan->why));
	return o;
}

/* The pages of one layer in cells [from, to), null if any is unknown. */
static json_t *
run_value(const struct cells *c, size_t from, size_t to, enum layer l)
{
	uint64_t	sum = 0;
	bool		known = true;

	for (size_t i = from; i < to && known; i++) {
		known = cells_known(c, i, l);
		if (known)
			sum += c->count[l][i];
	}
	return number_value(known, sum);
}

/* One layer, step cells of the grid in each value. */
static json_t *
grid_value(const struct cells *c, size_t step, enum layer l)
{
	json_t	*a = json_array();

	for (size_t i = 0; i < c->n; i += step) {
		if (json_array_append_new(a, run_value(c, i,
		    c->n - i > step ? i + step : c->n, l)) != 0)
			fatal("out of memory (JSON)");
	}
	return a;
}

/* The overview in at most max cells. */
static json_t *
cells_value(const struct cells *c, unsigned max)
{
	json_t		*o;
	unsigned	 shift;

	if (c == NULL)
		return json_null();
	shift = cells_fit_shift(c->n, max);
	o = json_object();
	put(o, "pages_per_cell", number_value(true,
	    UINT64_C(1) << (c->shift + shift)));
	put(o, "cached", grid_value(c, (size_t)1 << shift, LAYER_CACHED));
	put(o, "mapped", grid_value(c, (size_t)1 << shift, LAYER_MAPPED));
	return o;
}

/* JSON lets DEL through as it is; a terminal must not get it. */
static char *
escape_del(const char *s)
{
	struct strbuf	sb = STRBUF_INIT;
	size_t		n;

	for (; *s != '\0'; s += n) {
		n = strcspn(s, "\x7f");
		strbuf_add(&sb, s, n);
		if (s[n] == '\x7f') {
			strbuf_adds(&sb, "\\u007f");
			n++;
		}
	}
	return strbuf_detach(&sb);
}

char *
json_sample(const struct sample *s, const struct json_walk *walk,
    unsigned cells)
{
	json_t	*o = json_object();
	char	*text, *line;

	put(o, "schema", json_string(JSON_SCHEMA));
	put(o, "time", json_real((double)(s->wall_ns / NS_PER_US) / 1e6));
	put(o, "seq", number_value(true, s->seq));
	put(o, "target", target_value(&s->target));
	put(o, "layers", layers_value(s));
	put(o, "counters", counters_value(s));
	put(o, "worker", worker_value(&s->worker));
	put(o, "memory", memory_value(&s->memory));
	put(o, "walk", walk_value(&s->worker, walk));
	put(o, "scan", scan_value(s));
	if (cells > 0)
		put(o, "cells", cells_value(s->overview, cells));
	/* Only ASCII: no path can steer the terminal it is printed on. */
	text = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII |
	    JSON_REAL_PRECISION(TIME_DIGITS));
	if (text == NULL)
		fatal("cannot write JSON");
	line = escape_del(text);
	free(text);
	json_decref(o);
	return line;
}
