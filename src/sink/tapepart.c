#include "config.h"

#include "pagetide/tapepart.h"

#include <stdlib.h>

#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/history.h"
#include "pagetide/ring.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"
#include "pagetide/tapefile.h"
#include "pagetide/tapeproc.h"
#include "pagetide/xalloc.h"

/* A quarter of an hour at 10 samples a second. */
#define TICKS 9000

/* Lines, the first sample of which says whether they are of that recording. */
struct lines {
	struct tapefile	*file;
	struct tapepart_of of;
	bool		 known;		/* it is */
	bool		 other;		/* it is not, or can't be read */
	bool		 ended;
};

struct tapepart {
	struct lines	 lines;
	uint64_t	 from_ns;
	struct history	*history;
	struct ring	*ring;
	uint64_t	 newest_ns, newest_wall_ns;
};

struct tapeevents {
	struct lines	 lines;
	struct events	*events;
};

static bool
open_lines(struct lines *l, const struct tapepart_of *of,
    enum tapeproc_lines which, uint64_t from_ns)
{
	const struct tapeproc_what what = { of->path, which, from_ns };
	struct strbuf why = STRBUF_INIT;

	l->of = *of;
	l->file = tapefile_open_part(&what, &why);
	strbuf_done(&why);
	return l->file != NULL;
}

/* The next line, when the recording is known: an enum tape_line, or what
 * tapefile_take() says else. */
static int
take_line(struct lines *l)
{
	int line = l->ended ? TAPEFILE_END : tapefile_take(l->file);
	const struct sample *s;

	if (line == TAPEFILE_END) {
		l->ended = true;
		l->other = l->other || !l->known;
		return line;
	}
	if (line != TAPE_SAMPLE || l->known)
		return line;
	s = &tape_snapshot(tapefile_reader(l->file))->sample;
	l->known = s->t_ns == l->of.first_ns &&
	    s->wall_ns == l->of.first_wall_ns;
	l->other = l->ended = !l->known;
	return l->known ? TAPE_NOTHING : TAPEFILE_END;
}

struct tapepart *
tapepart_open(const struct tapepart_of *of, uint64_t from_ns)
{
	struct tapepart *p = xcalloc(1, sizeof *p);

	if (!open_lines(&p->lines, of, TAPEPROC_FROM, from_ns)) {
		free(p);
		return NULL;
	}
	p->from_ns = from_ns;
	p->history = history_new(of->history_bytes);
	p->ring = ring_new(TICKS);
	return p;
}

void
tapepart_close(struct tapepart *p)
{
	if (p == NULL)
		return;
	tapefile_close(p->lines.file);
	history_free(p->history);
	ring_free(p->ring);
	free(p);
}

static void
keep(struct tapepart *p)
{
	const struct snapshot *s = tape_snapshot(tapefile_reader(
	    p->lines.file));

	history_keep(p->history, s);
	ring_push_sample(p->ring, &s->sample, p->lines.of.late_ns);
	p->newest_ns = s->sample.t_ns;
	p->newest_wall_ns = s->sample.wall_ns;
}

bool
tapepart_read(struct tapepart *p, uint64_t deadline_ns)
{
	int line;

	do {
		line = take_line(&p->lines);
		if (line == TAPE_SAMPLE)
			keep(p);
	} while (line >= 0 && clock_now_ns() < deadline_ns);
	return !p->lines.ended;
}

bool
tapepart_ended(const struct tapepart *p)
{
	return p->lines.ended;
}

struct history *
tapepart_history(const struct tapepart *p)
{
	return p->history;
}

struct ring *
tapepart_ring(const struct tapepart *p)
{
	return p->ring;
}

uint64_t
tapepart_from_ns(const struct tapepart *p)
{
	return p->from_ns;
}

uint64_t
tapepart_newest_ns(const struct tapepart *p)
{
	return p->newest_ns;
}

uint64_t
tapepart_newest_wall_ns(const struct tapepart *p)
{
	return p->newest_wall_ns;
}

struct tapeevents *
tapeevents_open(const struct tapepart_of *of, struct events *events)
{
	struct tapeevents *e = xcalloc(1, sizeof *e);

	if (!open_lines(&e->lines, of, TAPEPROC_EVENTS, 0)) {
		free(e);
		return NULL;
	}
	e->events = events;
	return e;
}

void
tapeevents_close(struct tapeevents *e)
{
	if (e == NULL)
		return;
	tapefile_close(e->lines.file);
	free(e);
}

bool
tapeevents_read(struct tapeevents *e, uint64_t deadline_ns)
{
	int line;

	do {
		line = take_line(&e->lines);
		if (line == TAPE_EVENT)
			events_put(e->events, tape_event(tapefile_reader(
			    e->lines.file)));
	} while (line >= 0 && clock_now_ns() < deadline_ns);
	return !e->lines.ended;
}

bool
tapeevents_failed(const struct tapeevents *e)
{
	return e->lines.other;
}
