#include "config.h"

#include "pagetide/tracefile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pagetide/event.h"
#include "pagetide/field.h"
#include "pagetide/order.h"
#include "pagetide/rawindow.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "jval.h"

/* What a viewer shows one under the other. */
enum lane { LANE_COUNTERS, LANE_EVENTS, LANE_WALKS, LANE_TOUCHES, LANE_WINDOWS,
	LANE_COUNT };
static const char *const lane_name[LANE_COUNT] = {
	[LANE_EVENTS] = "hints and other events",
	[LANE_WALKS] = "walks, as samples saw them",
	[LANE_TOUCHES] = "touches that were timed",
	[LANE_WINDOWS] = "windows of readahead",
};

struct walk {
	uint32_t	 seq;
	enum pattern_kind kind;
	uint64_t	 begin_ns;	/* 0: none runs */
};

struct tracefile {
	struct strbuf	*out;
	bool		 any;
	struct field_value *last;	/* of each field */
	struct walk	 walk;
	uint64_t	 touch_ns, window_ns;	/* the newest that is told */
	uint64_t	 last_ns;	/* of the newest sample; 0: none yet */
};

static void
put(struct tracefile *t, json_t *o)
{
	char *line = jval_line(o);

	strbuf_adds(t->out, t->any ? ",\n" : "\n");
	strbuf_adds(t->out, line);
	t->any = true;
	free(line);
}

static json_t *
record(const char *phase, enum lane lane, const char *name)
{
	json_t *o = json_object();

	jval_put(o, "ph", json_string(phase));
	jval_put(o, "pid", json_integer(1));
	jval_put(o, "tid", json_integer(lane));
	jval_put(o, "name", jval_text(name));
	return o;
}

/* In microseconds, as the format has all times. */
static json_t *
us(uint64_t ns)
{
	return json_real((double)ns / 1e3);
}

static void
put_name(struct tracefile *t, const char *what, enum lane lane,
    const char *name)
{
	json_t *o = record("M", lane, what), *args = json_object();

	jval_put(args, "name", jval_text(name));
	jval_put(o, "args", args);
	put(t, o);
}

struct tracefile *
tracefile_begin(struct strbuf *out)
{
	struct tracefile *t = xcalloc(1, sizeof *t);

	t->out = out;
	t->last = xcalloc(field_count, sizeof *t->last);
	strbuf_adds(out, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
	return t;
}

static void
begin(struct tracefile *t, const struct sample *s)
{
	char *name = xasprintf("pagetide %s", s->target.path != NULL ?
	    s->target.path : "");

	put_name(t, "process_name", LANE_COUNTERS, name);
	free(name);
	for (int lane = LANE_EVENTS; lane < LANE_COUNT; lane++)
		put_name(t, "thread_name", (enum lane)lane, lane_name[lane]);
}

static bool
is_counter(const struct field *f)
{
	return f->whom == FIELD_FOR_ALL && f->kind == FIELD_NUMBER &&
	    f->unit != NULL && (strncmp(f->name, "layers.", 7) == 0 ||
	    strncmp(f->name, "counters.", 9) == 0 ||
	    strncmp(f->name, "memory.", 7) == 0);
}

/* What is known and other than before. */
static void
put_counters(struct tracefile *t, const struct snapshot *s)
{
	const struct field_of of = { .sample = &s->sample, .snapshot = s };
	json_t *o, *args;

	for (unsigned i = 0; i < field_count; i++) {
		const struct field *f = &field_table[i];
		struct field_value v;

		if (!is_counter(f))
			continue;
		v = field_get(f, &of);
		if (!v.known || (uint64_t)v.n > INT64_MAX ||
		    (t->last[i].known && t->last[i].n == v.n))
			continue;
		t->last[i] = v;
		o = record("C", LANE_COUNTERS, f->name);
		args = json_object();
		jval_put(args, f->unit, json_integer(v.n));
		jval_put(o, "ts", us(s->sample.t_ns));
		jval_put(o, "args", args);
		put(t, o);
	}
}

static void
put_slice(struct tracefile *t, enum lane lane, const char *name,
    uint64_t begin_ns, uint64_t ns, json_t *args)
{
	json_t *o = record("X", lane, name);

	jval_put(o, "ts", us(begin_ns));
	jval_put(o, "dur", us(ns));
	jval_put(o, "args", args);
	put(t, o);
}

static void
end_walk(struct tracefile *t, uint64_t now_ns)
{
	if (t->walk.begin_ns == 0)
		return;
	put_slice(t, LANE_WALKS, pattern_table[t->walk.kind].name,
	    t->walk.begin_ns, now_ns - t->walk.begin_ns, json_object());
	t->walk.begin_ns = 0;
}

/* From the first sample that saw it to the first that did not. */
static void
follow_walk(struct tracefile *t, const struct sample *s)
{
	const struct worker_facts *w = &s->worker;
	bool runs = w->alive && w->running;

	if (!runs || w->walk_seq != t->walk.seq)
		end_walk(t, s->t_ns);
	if (!runs || t->walk.begin_ns != 0)
		return;
	t->walk = (struct walk){ w->walk_seq, w->kind, s->t_ns };
}

static void
put_touch(struct tracefile *t, const struct one_touch *touch)
{
	static const char *const what[] = {
		[LATENCY_NO_FAULT] = "no fault", [LATENCY_MINOR] = "minor fault",
		[LATENCY_MAJOR] = "major fault",
	};
	json_t *args;

	if (touch->begin_ns == 0 || touch->begin_ns <= t->touch_ns ||
	    touch->kind >= sizeof what / sizeof *what)
		return;
	t->touch_ns = touch->begin_ns;
	args = json_object();
	jval_put(args, "page", jval_number(true, touch->page));
	put_slice(t, LANE_TOUCHES, touch->signal != 0 ? "signal" :
	    what[touch->kind], touch->begin_ns, touch->ns, args);
}

static void
put_instant(struct tracefile *t, enum lane lane, const char *name,
    uint64_t t_ns, json_t *args)
{
	json_t *o = record("i", lane, name);

	jval_put(o, "ts", us(t_ns));
	jval_put(o, "s", json_string("t"));
	jval_put(o, "args", args);
	put(t, o);
}

static void
put_window(struct tracefile *t, const struct rawindow *w)
{
	uint64_t marker = rawindow_marker(w);
	json_t *args = json_object();

	jval_put(args, "first_page", jval_number(true, w->first_page));
	jval_put(args, "pages", jval_number(true, w->pages));
	jval_put(args, "marker_page", jval_number(marker != UINT64_MAX,
	    marker));
	put_instant(t, LANE_WINDOWS, rawindow_kind_name[w->kind], w->t_ns,
	    args);
}

/* Those that are new, the oldest first. */
static void
put_windows(struct tracefile *t, const struct readahead *r)
{
	const struct rawindow *w;
	size_t n = 0;

	while (r->known && (w = readahead_at(r, n)) != NULL &&
	    w->t_ns > t->window_ns)
		n++;
	while (n-- > 0) {
		w = readahead_at(r, n);
		put_window(t, w);
		t->window_ns = w->t_ns;
	}
}

void
tracefile_sample(struct tracefile *t, const struct snapshot *s)
{
	if (t->last_ns == 0)
		begin(t, &s->sample);
	put_counters(t, s);
	follow_walk(t, &s->sample);
	put_touch(t, &s->acted.touched);
	put_windows(t, &s->acted.readahead);
	t->last_ns = s->sample.t_ns;
}

static void
put_event(struct tracefile *t, const struct event *e)
{
	json_t *args = json_object();

	jval_put(args, "kind", json_string(event_kind_name[e->kind]));
	jval_put(args, "result", jval_text(e->result));
	jval_put(args, "own", jval_text(e->own));
	jval_put(args, "effect", jval_text(e->effect));
	put_instant(t, LANE_EVENTS, e->text, e->t_ns, args);
}

void
tracefile_end(struct tracefile *t, const struct events *events)
{
	const struct event *e;

	end_walk(t, t->last_ns);
	for (size_t i = events_len(events); i-- > 0;) {
		e = events_at(events, i);
		if (e->t_ns <= t->last_ns)
			put_event(t, e);
	}
	strbuf_adds(t->out, "\n]}\n");
	free(t->last);
	free(t);
}
