#include "config.h"

#include "outside.h"

#include <inttypes.h>
#include <stdio.h>

#include "pagetide/event.h"
#include "pagetide/said.h"
#include "pagetide/source.h"
#include "pagetide/strbuf.h"
#include "pagetide/units.h"
#include "pagetide/watch.h"

/* An outside event is closed after so long without change. */
#define OUTSIDE_QUIET_NS	(2 * NS_PER_S)

static const struct {
	unsigned	bit;
	const char	*text;
	const char	*so;		/* what follows from it; NULL: nothing */
} notice_table[] = {
	{ SOURCE_FOLLOWED, "the path leads to another file now, "
	    "which is watched from here on", NULL },
	{ SOURCE_GREW, "the file grew", NULL },
	{ SOURCE_SHRANK, "the file shrank",
	    "touching past its end is SIGBUS" },
	{ SOURCE_REPLACED, "the path leads to another file now; "
	    "the old one is still watched", NULL },
	{ SOURCE_DELETED, "the file's name is gone; it is still watched",
	    NULL },
	{ SOURCE_BACK, "the path leads to the watched file again", NULL },
};

/* What was noticed so far was about another file. */
static void
forget(struct watch *w)
{
	w->noticed = 0;
	w->outside = (struct outside){ 0 };
}

/* The event of growth that goes on, or NULL: a log that is written to must
 * not fill the list. */
static struct event *
still_growing(struct watch *w, unsigned bit)
{
	uint64_t since_ns = w->live.t_ns - w->grew.t_ns;
	struct event *ev = events_get(w->events, w->grew.seq);

	w->grew.t_ns = w->live.t_ns;
	if (bit != SOURCE_GREW || since_ns > OUTSIDE_QUIET_NS) {
		w->grew.seq = 0;
		return NULL;
	}
	return ev;
}

static void
add_notice(struct watch *w, unsigned bit, const char *text, const char *so)
{
	struct event *ev = still_growing(w, bit);
	bool is_new = ev == NULL;
	char size[UNITS_MAX];

	if (is_new)
		ev = events_add(w->events, EVENT_TARGET, '!', "%s", text);
	if (bit == SOURCE_GREW)
		w->grew.seq = ev->seq;
	if ((bit & (SOURCE_GREW | SOURCE_SHRANK | SOURCE_FOLLOWED)) != 0)
		snprintf(ev->result, sizeof ev->result, "%s %s",
		    bit == SOURCE_FOLLOWED ? "size" : "now",
		    units_size(size, w->live.target.size_bytes));
	if (so != NULL)
		snprintf(ev->effect, sizeof ev->effect, "%s", so);
	if (is_new)
		events_finish(w->events, ev);
	w->said->dirty = true;
}

/* Mapping a file moves its access time, unless one may ask that it does not. */
static void
note_atime(struct watch *w)
{
	const struct target_facts *t = &w->live.target;

	if (t->atime_known && !t->atime_kept)
		events_add(w->events, EVENT_NOTE, 0, "looking may move the "
		    "file's access time: only its owner and root can do "
		    "without (O_NOATIME)");
}

void
outside_begin(struct watch *w)
{
	note_atime(w);
}

/* Storage that does not answer, and that does again. */
static void
note_storage(struct watch *w)
{
	uint64_t waits_ns = w->live.target.waits_ns;
	char time[UNITS_MAX];
	struct event *ev;

	if (waits_ns > 0 && w->stalled_ns == 0)
		events_finish(w->events, events_add(w->events, EVENT_TARGET,
		    '!', "storage does not answer: size, name and holes are "
		    "of before"));
	if (waits_ns == 0 && w->stalled_ns > 0) {
		ev = events_add(w->events, EVENT_TARGET, '!',
		    "storage answers again");
		snprintf(ev->result, sizeof ev->result, "after %.20s",
		    units_duration(time, w->stalled_ns));
		events_finish(w->events, ev);
	}
	w->said->dirty = w->said->dirty || waits_ns != w->stalled_ns;
	w->stalled_ns = waits_ns;
}

/* What is known of the target and is another than in the sample before. */
static void
note_readahead(struct watch *w)
{
	const struct sample *old = &w->before;
	const struct target_facts *t = &w->live.target;
	const struct worker_facts *worker = &w->live.worker;
	char now[UNITS_MAX] = "?", was[UNITS_MAX] = "?";
	struct event *ev;

	if (t->readahead_known == old->target.readahead_known &&
	    t->readahead_bytes == old->target.readahead_bytes)
		return;
	if (t->readahead_known)
		units_offset(now, t->readahead_bytes);
	if (old->target.readahead_known)
		units_offset(was, old->target.readahead_bytes);
	ev = events_add(w->events, EVENT_TARGET, '!',
	    "readahead of the device: %s", now);
	snprintf(ev->result, sizeof ev->result, "was %.20s", was);
	if (worker->readahead_known && worker->process == 0)
		snprintf(ev->effect, sizeof ev->effect, "the worker's mapping "
		    "keeps %s until it is made anew (:map)",
		    units_offset(was, worker->readahead_bytes));
	events_finish(w->events, ev);
	w->said->dirty = true;
}

/* How a mapping of another process is now. */
static void
mapping_text(struct strbuf *sb, const struct sample *s)
{
	const struct worker_facts *w = &s->worker;
	const char *why = s->scan.why_not[LAYER_MAPPED];
	char pages[UNITS_MAX];

	if (w->map_pages == 0)
		strbuf_adds(sb, why != NULL ? why : "nothing is mapped");
	else
		strbuf_addf(sb, "%s at 0x%" PRIx64, units_count(pages,
		    w->map_pages, "page"), w->map_addr);
}

/* What a process does to its mapping; it may do so all the time. */
static void
note_mapping(struct watch *w)
{
	const struct worker_facts *old = &w->before.worker;
	const struct worker_facts *new = &w->live.worker;
	struct remapped *r = &w->remapped;
	struct strbuf text = STRBUF_INIT;
	struct event *ev;

	if (new->process == 0 || (old->map_addr == new->map_addr &&
	    old->map_pages == new->map_pages))
		return;
	ev = events_get(w->events, r->event_seq);
	if (ev == NULL || w->live.t_ns - r->last_ns > OUTSIDE_QUIET_NS) {
		ev = events_add(w->events, EVENT_TARGET, '!',
		    "the mapping changed");
		r->times = 0;
	}
	mapping_text(&text, &w->live);
	snprintf(ev->result, sizeof ev->result, "%s", text.s);
	if (++r->times > 1)
		snprintf(ev->effect, sizeof ev->effect, "%" PRIu64 " times",
		    r->times);
	r->event_seq = ev->seq;
	r->last_ns = w->live.t_ns;
	strbuf_done(&text);
	w->said->dirty = true;
}

void
outside_target(struct watch *w, unsigned notices)
{
	const char *refused = w->live.target.refused;
	unsigned i;

	note_storage(w);
	if ((notices & SOURCE_FOLLOWED) != 0)
		forget(w);
	w->noticed |= notices;
	if (w->opts.follow_name && (notices & SOURCE_BACK) != 0)
		w->noticed &= ~(SOURCE_DELETED | SOURCE_REFUSED);
	for (i = 0; i < sizeof notice_table / sizeof *notice_table; i++)
		if ((notices & notice_table[i].bit) != 0)
			add_notice(w, notice_table[i].bit,
			    notice_table[i].text, notice_table[i].so);
	if ((notices & SOURCE_FOLLOWED) != 0)
		note_atime(w);
	if ((notices & SOURCE_REFUSED) != 0 && refused != NULL)
		add_notice(w, SOURCE_REFUSED, refused, NULL);
	if (!w->comparable)
		return;
	note_readahead(w);
	note_mapping(w);
}

/* Writes what has been collected so far into its event. */
static void
outside_write(struct watch *w)
{
	struct outside *o = &w->outside;
	struct event *ev = events_get(w->events, o->event_seq);
	int n;

	if (ev == NULL) {
		ev = events_add(w->events, EVENT_OUTSIDE, 0,
		    w->live.worker.process != 0 ?
		    "the process, others, or reclaim, changed the cache" :
		    "not the worker: others, or reclaim, changed the cache");
		o->event_seq = ev->seq;
	}
	n = snprintf(ev->effect, sizeof ev->effect,
	    "cached +%" PRIu64 " -%" PRIu64 " (net, sample by sample)",
	    o->came_pages, o->went_pages);
	if (o->times > 0)
		snprintf(ev->effect + n, sizeof ev->effect - (size_t)n,
		    "  %" PRIu64 " times so far, +%" PRIu64 " -%" PRIu64,
		    o->times + 1, o->came_before_pages + o->came_pages,
		    o->went_before_pages + o->went_pages);
	w->said->dirty = true;
}

/* What goes on from here on has an event of its own. */
static void
outside_close(struct outside *o)
{
	*o = (struct outside){ .times = o->times + 1,
		.came_before_pages = o->came_before_pages + o->came_pages,
		.went_before_pages = o->went_before_pages + o->went_pages };
}

void
watch_outside(struct watch *w, bool quiet)
{
	const struct sample *old = &w->before, *new = &w->live;
	struct outside *o = &w->outside;
	uint64_t was, is;

	if (!w->comparable)
		return;
	if (o->event_seq != 0 &&
	    (!quiet || new->t_ns - o->last_ns > OUTSIDE_QUIET_NS))
		outside_close(o);
	if (!quiet || (old->total_known & new->total_known &
	    LAYER_BIT(LAYER_CACHED)) == 0)
		return;
	was = old->total[LAYER_CACHED];
	is = new->total[LAYER_CACHED];
	if (is == was)
		return;
	if (is > was)
		o->came_pages += is - was;
	else
		o->went_pages += was - is;
	o->last_ns = new->t_ns;
	outside_write(w);
}
