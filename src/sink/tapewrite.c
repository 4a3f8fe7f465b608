/* Recordings, written. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include <jansson.h>

#include "pagetide/event.h"
#include "pagetide/landing.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"
#include "pagetide/text.h"
#include "pagetide/xalloc.h"

#include "jsonrecord.h"
#include "jval.h"
#include "tapeparts.h"

/* Of so many events one can say more later. */
#define RECENT 64

struct grid {
	struct cells	 cells;
	bool		 there;
};

struct tape_writer {
	bool		 anonymous;
	struct tapenames names;		/* ... which these are left out for */
	json_t		*last;		/* sample; NULL: a key is due */
	struct grid	 overview, zoom;	/* as last written */
	struct cells	 now;		/* grid that is written */
	struct landing	*landing;	/* as last written; NULL: none */
	uint64_t	 key_ns;	/* of the last key */
	uint64_t	 told;		/* seq of the last event */
	uint64_t	 hash[RECENT];	/* of events as they were told */
};

struct tape_writer *
tape_writer_new(bool anonymous)
{
	struct tape_writer *w = xcalloc(1, sizeof *w);

	for (size_t i = 0; i < TAPE_NAMES; i++)
		strbuf_init(&w->names.name[i]);
	w->anonymous = anonymous;
	cells_init(&w->overview.cells);
	cells_init(&w->zoom.cells);
	cells_init(&w->now);
	return w;
}

void
tape_lost(struct tape_writer *w)
{
	json_decref(w->last);
	w->last = NULL;
}

void
tape_writer_free(struct tape_writer *w)
{
	if (w == NULL)
		return;
	tape_lost(w);
	tapenames_done(&w->names);
	cells_done(&w->overview.cells);
	cells_done(&w->zoom.cells);
	cells_done(&w->now);
	if (w->landing != NULL)
		landing_done(w->landing);
	free(w->landing);
	free(w);
}

/* The line, and its newline; the value is given away. */
static void
put_line(struct strbuf *out, json_t *o)
{
	char *line = jval_line(o);

	strbuf_adds(out, line);
	strbuf_addc(out, '\n');
	free(line);
}

void
tape_head(struct tape_writer *w, struct strbuf *out, uint64_t interval_ns)
{
	json_t *o = json_object();
	struct utsname name;

	jval_put(o, "pagetide", json_string("recording"));
	jval_put(o, "schema", json_string(TAPE_SCHEMA));
	jval_put(o, "program", json_string(PACKAGE_VERSION));
	jval_put(o, "interval_ns", jval_number(true, interval_ns));
	if (uname(&name) == 0) {
		jval_put(o, "kernel", jval_text(name.release));
		jval_put(o, "machine", jval_text(name.machine));
		jval_put(o, "host", w->anonymous ? json_null() :
		    jval_text(name.nodename));
	}
	put_line(out, o);
}

static uint64_t
hash_of(const struct event *e)
{
	const unsigned char *byte = (const unsigned char *)e;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < sizeof *e; i++)
		h = (h ^ byte[i]) * UINT64_C(0x100000001b3);
	return h;
}

static json_t *
event_value(const struct event *e)
{
	json_t *o = json_object(), *line = json_object();
	const char mark[2] = { e->mark, '\0' };

	jval_put(o, "seq", jval_number(true, e->seq));
	jval_put(o, "ns", jval_number(true, e->t_ns));
	jval_put(o, "wall_ns", jval_number(true, e->wall_ns));
	jval_put(o, "kind", json_string(event_kind_name[e->kind]));
	jval_put(o, "mark", jval_text(mark));
	jval_put(o, "text", jval_text(e->text));
	jval_put(o, "result", jval_text(e->result));
	jval_put(o, "own", jval_text(e->own));
	jval_put(o, "effect", jval_text(e->effect));
	jval_put(o, "finish", jval_number(true, e->finish));
	jval_put(o, "answer", jval_number(true, e->answer));
	jval_put(line, "event", o);
	return line;
}

/* The oldest first: those that are new, and of the last ones those that say
 * something else than they did. */
static void
put_events(struct tape_writer *w, struct strbuf *out,
    const struct events *events)
{
	const struct event *e;
	size_t i = events_len(events);
	uint64_t last = events_last(events), *hash, h;
	json_t *line;

	if (i > RECENT && last - w->told < RECENT)
		i = RECENT;
	while (i-- > 0) {
		e = events_at(events, i);
		hash = &w->hash[e->seq % RECENT];
		h = hash_of(e);
		if (e->seq <= w->told && *hash == h)
			continue;
		*hash = h;
		line = event_value(e);
		if (w->anonymous)
			tapenames_hide(&w->names, line);
		put_line(out, line);
	}
	w->told = last;
}

/* As it is written: times to a millisecond. */
static const struct cells *
as_written(struct tape_writer *w, const struct cells *grid)
{
	cells_copy(&w->now, grid);
	for (size_t i = 0; i < w->now.n; i++)
		w->now.stamp_ns[i] -= w->now.stamp_ns[i] % NS_PER_MS;
	return &w->now;
}

/* What is new of a grid; NULL: nothing. */
static json_t *
grid_value(struct tape_writer *w, struct grid *last, const struct cells *grid,
    bool key)
{
	json_t *o;

	if (grid == NULL) {
		o = last->there || key ? json_null() : NULL;
		last->there = false;
		return o;
	}
	grid = as_written(w, grid);
	o = key || !last->there || !cells_same_shape(&last->cells, grid) ?
	    jsonrecord_grid(grid) : tapediff_grid(&last->cells, grid);
	cells_copy(&last->cells, grid);
	last->there = true;
	return o;
}

static void
put_grid(json_t *o, const char *name, json_t *grid)
{
	if (grid != NULL)
		jval_put(o, name, grid);
}

/* What is new of where faults landed. */
static void
put_landing(struct tape_writer *w, json_t *o, const struct landing *l,
    bool key)
{
	bool is_new = true;
	json_t *value = key ? NULL : tapeland_diff(w->landing, l,
	    !w->anonymous, &is_new);

	if (is_new)
		value = tapeland_make(l, !w->anonymous);
	if (value == NULL)
		return;
	jval_put(o, TAPE_LANDING, value);
	if (w->landing == NULL)
		w->landing = xcalloc(1, sizeof *w->landing);
	landing_done(w->landing);
	if (l != NULL) {
		landing_copy(w->landing, l);
		return;
	}
	free(w->landing);
	w->landing = NULL;
}

/* No names. */
static void
hide(const struct tape_writer *w, json_t *sample)
{
	jval_put(json_object_get(sample, "target"), "path",
	    json_string(TAPE_FILE));
	jval_put(json_object_get(sample, "memory"), "limit_cgroup",
	    json_null());
	tapenames_hide(&w->names, sample);
}

void
tape_put(struct tape_writer *w, struct strbuf *out, const struct snapshot *s,
    const struct walk_facts *walk, const struct events *events)
{
	json_t *line = json_object(), *now, *change;
	bool key = w->last == NULL || s->sample.t_ns - w->key_ns >= TAPE_KEY_NS;

	if (w->anonymous)
		tapenames_learn(&w->names, s);
	put_events(w, out, events);
	now = jsonrecord_value(s, walk, false);
	if (w->anonymous)
		hide(w, now);
	change = key ? json_deep_copy(now) : tapediff_make(w->last, now);
	if (change == NULL)
		change = json_object();
	put_grid(change, "overview", grid_value(w, &w->overview,
	    s->sample.overview, key));
	put_grid(change, "zoom", grid_value(w, &w->zoom, s->sample.zoom, key));
	put_landing(w, change, s->acted.landing, key);
	jval_put(line, key ? "key" : "diff", change);
	put_line(out, line);
	if (key)
		w->key_ns = s->sample.t_ns;
	json_decref(w->last);
	w->last = now;
}
