/* Recordings, read. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "pagetide/event.h"
#include "pagetide/field.h"
#include "pagetide/landing.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"
#include "pagetide/text.h"
#include "pagetide/xalloc.h"

#include "jsonrecord.h"
#include "jval.h"
#include "tapeparts.h"

#define FAMILY "pagetide-recording/"
#define PAGES_MAX (UINT64_C(1) << 54)
/* All that is kept of a sample beside its cells; ours are a few thousand
 * values. */
#define LAST_BYTES_MAX ((size_t)4 << 20)
#define VALUE_BYTES 64

/* As the lines so far make it, and as the last sample has it, which a line that
 * is wrong does not change. */
struct grid {
	struct cells	 cells, shown;
	const struct cells *grid;	/* cells, or NULL */
};

struct tape_reader {
	bool		 headed;	/* the first line was read */
	uint64_t	 interval_ns;
	json_t		*last;		/* sample, without grids; NULL: none */
	struct grid	 overview, zoom;
	struct landing	*landing;	/* NULL: not kept */
	struct snapshot	 snapshot;
	struct walk_facts walk;
	struct event	 event;
};

struct tape_reader *
tape_reader_new(void)
{
	struct tape_reader *r = xcalloc(1, sizeof *r);

	cells_init(&r->overview.cells);
	cells_init(&r->overview.shown);
	cells_init(&r->zoom.cells);
	cells_init(&r->zoom.shown);
	snapshot_init(&r->snapshot);
	return r;
}

void
tape_reader_free(struct tape_reader *r)
{
	if (r == NULL)
		return;
	json_decref(r->last);
	cells_done(&r->overview.cells);
	cells_done(&r->overview.shown);
	cells_done(&r->zoom.cells);
	cells_done(&r->zoom.shown);
	snapshot_done(&r->snapshot);
	if (r->landing != NULL)
		landing_done(r->landing);
	free(r->landing);
	free(r);
}

const struct snapshot *
tape_snapshot(const struct tape_reader *r)
{
	return &r->snapshot;
}

const struct walk_facts *
tape_walk(const struct tape_reader *r)
{
	return &r->walk;
}

const struct event *
tape_event(const struct tape_reader *r)
{
	return &r->event;
}

uint64_t
tape_interval_ns(const struct tape_reader *r)
{
	return r->interval_ns;
}

/* Of both sets; it is UTF-8. */
static bool
has_control(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;

	for (; *byte != '\0'; byte++)
		if (*byte < 0x20 || *byte == 0x7f ||
		    (*byte == 0xc2 && byte[1] < 0xa0))
			return true;
	return false;
}

/* About how much memory it takes. */
static size_t
weight(const json_t *j)
{
	size_t i, bytes = VALUE_BYTES + json_string_length(j);
	const char *key;
	json_t *each;

	json_object_foreach((json_t *)j, key, each)
		bytes += VALUE_BYTES + strlen(key) + weight(each);
	json_array_foreach(j, i, each)
		bytes += weight(each);
	return bytes;
}

/* Nothing in it is too deep, or could steer a terminal; names of files are
 * made safe wherever they are printed. */
static const char *
unfit(const json_t *j, const char *name, int depth)
{
	const char *key, *why;
	json_t *each;
	size_t i;

	if (depth > TAPE_DEPTH_MAX)
		return "nested too deeply";
	if (json_is_string(j))
		return strcmp(name, "path") != 0 &&
		    has_control(json_string_value(j)) ?
		    "a control character in a text" : NULL;
	json_object_foreach((json_t *)j, key, each)
		if ((why = unfit(each, key, depth + 1)) != NULL)
			return why;
	json_array_foreach(j, i, each)
		if ((why = unfit(each, "", depth + 1)) != NULL)
			return why;
	return NULL;
}

static const char *
text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text != NULL ? text : "";
}

static bool
number_of(const json_t *o, const char *key, uint64_t *n)
{
	const json_t *j = json_object_get(o, key);

	if (!json_is_integer(j) || json_integer_value(j) < 0)
		return false;
	*n = (uint64_t)json_integer_value(j);
	return true;
}

/* Is it a recording, and one that we know? */
static int
take_head(struct tape_reader *r, const json_t *o, struct strbuf *why)
{
	const char *schema = text_of(o, "schema");
	size_t family = sizeof FAMILY - 1;

	if (strcmp(text_of(o, "pagetide"), "recording") != 0 ||
	    strncmp(schema, FAMILY, family) != 0) {
		strbuf_adds(why, "this is no recording of pagetide");
		return -EINVAL;
	}
	if (strcmp(schema, TAPE_SCHEMA) != 0) {
		strbuf_adds(why, "this is a recording of schema ");
		text_safe(why, schema + family);
		strbuf_adds(why, ", and " TAPE_SCHEMA " is all that this "
		    "pagetide reads");
		return -EINVAL;
	}
	number_of(o, "interval_ns", &r->interval_ns);
	r->headed = true;
	return TAPE_NOTHING;
}

static void put_text(char *, size_t, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/* Safe to print here, whatever it was where it was written. */
static void
put_text(char *dst, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_fit(dst, size, fmt, ap);
	va_end(ap);
}

static bool
take_event(struct event *e, const json_t *o)
{
	uint64_t kind = 0;

	*e = (struct event){ .mark = text_of(o, "mark")[0] };
	while (kind < EVENT_KIND_COUNT &&
	    strcmp(event_kind_name[kind], text_of(o, "kind")) != 0)
		kind++;
	e->kind = kind < EVENT_KIND_COUNT ? (enum event_kind)kind : EVENT_NOTE;
	put_text(e->text, sizeof e->text, "%s", text_of(o, "text"));
	put_text(e->result, sizeof e->result, "%s", text_of(o, "result"));
	put_text(e->own, sizeof e->own, "%s", text_of(o, "own"));
	put_text(e->effect, sizeof e->effect, "%s", text_of(o, "effect"));
	number_of(o, "finish", &e->finish);
	number_of(o, "answer", &e->answer);
	return e->mark >= 0 && number_of(o, "seq", &e->seq) && e->seq > 0 &&
	    number_of(o, "ns", &e->t_ns) && number_of(o, "wall_ns",
	    &e->wall_ns);
}

/* A grid of a line: as it is, or what changed of it; left out if nothing. */
static bool
take_grid(struct grid *g, const json_t *change)
{
	if (change == NULL)
		return true;
	if (json_is_null(change) || json_object_get(change, "shift") != NULL)
		return jsonrecord_read_grid(change, &g->cells, &g->grid);
	return g->grid != NULL && tapediff_apply_grid(&g->cells, change);
}

/* The same once more, for the sample: quicker than a copy of all cells. */
static const struct cells *
show_grid(struct grid *g, const json_t *change)
{
	if (g->grid == NULL)
		return NULL;
	if (json_object_get(change, "shift") != NULL)
		cells_copy(&g->shown, &g->cells);
	else if (change != NULL)
		tapediff_apply_grid(&g->shown, change);
	return &g->shown;
}

/* Is it inside the file? */
static bool
is_inside(const struct cells *c, uint64_t pages)
{
	return c == NULL || (c->first_page <= pages &&
	    c->pages <= pages - c->first_page &&
	    c->first_page % (UINT64_C(1) << c->shift) == 0);
}

/* What all that draws it takes for granted. */
static const char *
untrue(const struct tape_reader *r, const struct sample *s)
{
	const struct target_facts *t = &s->target;

	if (s->t_ns < r->snapshot.sample.t_ns)
		return "time goes back";
	if (t->page_bytes < 512 || t->page_bytes > 1u << 30 ||
	    (t->page_bytes & (t->page_bytes - 1)) != 0)
		return "\"target.page_size_bytes\"";
	if (t->pages > PAGES_MAX || t->size_bytes > (uint64_t)INT64_MAX ||
	    t->pages != (t->size_bytes + t->page_bytes - 1) / t->page_bytes)
		return "\"target.pages\"";
	if (s->overview != NULL && (s->overview->first_page != 0 ||
	    s->overview->pages != t->pages))
		return "\"overview\"";
	if (!is_inside(s->zoom, t->pages))
		return "\"zoom\"";
	return NULL;
}

/* The sample as it is in last and the grids, which changed so. */
static const char *
make_sample(struct tape_reader *r, const json_t *overview, const json_t *zoom)
{
	struct snapshot read = { 0 };
	struct walk_facts walk = { 0 };
	const char *wrong = jsonrecord_read(r->last, &read, &walk);
	struct sample *s = &r->snapshot.sample;

	read.sample.overview = r->overview.grid;
	read.sample.zoom = r->zoom.grid;
	if (wrong == NULL)
		wrong = untrue(r, &read.sample);
	if (wrong == NULL) {
		read.sample.overview = read.sample.zoom = NULL;
		snapshot_copy(&r->snapshot, &read);
		s->overview = show_grid(&r->overview, overview);
		s->zoom = show_grid(&r->zoom, zoom);
		r->walk = walk;
	}
	cells_done(&read.overview);
	cells_done(&read.zoom);
	return wrong;
}

/* The last sample becomes this one, or what it says is other now. */
static const char *
change_last(struct tape_reader *r, json_t *o, bool key)
{
	if (key) {
		json_decref(r->last);
		r->last = json_incref(o);
	} else if (r->last == NULL) {
		return "a difference, and nothing that it differs from";
	} else if (!tapediff_apply(r->last, o, 0)) {
		return "nested too deeply";
	}
	return weight(r->last) > LAST_BYTES_MAX ? "more than a sample has" :
	    NULL;
}

/* A key sample without it is of somebody who did not keep it. */
static const char *
take_landing(struct tape_reader *r, const json_t *change, bool key)
{
	const char *wrong = NULL;

	if (change != NULL)
		wrong = tapeland_apply(&r->landing, change);
	else if (key)
		wrong = tapeland_apply(&r->landing, json_null());
	r->snapshot.acted.landing = r->landing;
	return wrong;
}

static int
take_sample(struct tape_reader *r, json_t *o, bool key, struct strbuf *why)
{
	json_t *overview = json_incref(json_object_get(o, "overview"));
	json_t *zoom = json_incref(json_object_get(o, "zoom"));
	json_t *landing = json_incref(json_object_get(o, TAPE_LANDING));
	const char *wrong;

	json_object_del(o, "overview");
	json_object_del(o, "zoom");
	json_object_del(o, TAPE_LANDING);
	wrong = change_last(r, o, key);
	if (wrong == NULL && !take_grid(&r->overview, overview))
		wrong = "\"overview\"";
	if (wrong == NULL && !take_grid(&r->zoom, zoom))
		wrong = "\"zoom\"";
	if (wrong == NULL)
		wrong = make_sample(r, overview, zoom);
	if (wrong == NULL)
		wrong = take_landing(r, landing, key);
	json_decref(overview);
	json_decref(zoom);
	json_decref(landing);
	if (wrong == NULL)
		return TAPE_SAMPLE;
	strbuf_addf(why, "a sample that is none: %s", wrong);
	return -EINVAL;
}

static int
take_object(struct tape_reader *r, json_t *root, struct strbuf *why)
{
	const char *wrong = unfit(root, "", 0);
	json_t *o;

	if (!r->headed)
		return take_head(r, root, why);
	if (wrong != NULL || !json_is_object(root)) {
		strbuf_adds(why, wrong != NULL ? wrong : "no object");
		return -EINVAL;
	}
	if ((o = json_object_get(root, "key")) != NULL && json_is_object(o))
		return take_sample(r, o, true, why);
	if ((o = json_object_get(root, "diff")) != NULL && json_is_object(o))
		return take_sample(r, o, false, why);
	o = json_object_get(root, "event");
	if (o == NULL)
		return TAPE_NOTHING;
	if (take_event(&r->event, o))
		return TAPE_EVENT;
	strbuf_adds(why, "an event that is none");
	return -EINVAL;
}

int
tape_take(struct tape_reader *r, const char *line, size_t len,
    struct strbuf *why)
{
	json_error_t error;
	json_t *root;
	int rc;

	if (len >= TAPE_LINE_MAX) {
		strbuf_adds(why, "a line that is too long");
		return -EINVAL;
	}
	root = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL) {
		strbuf_adds(why, r->headed ? "no JSON: " :
		    "this is no recording of pagetide: ");
		text_safe(why, error.text);
		return -EINVAL;
	}
	rc = take_object(r, root, why);
	json_decref(root);
	return rc;
}
