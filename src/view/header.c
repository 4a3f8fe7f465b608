#include "config.h"

#include "header.h"

#include <stdio.h>
#include <string.h>

#include "pagetide/clock.h"
#include "pagetide/mapspec.h"
#include "pagetide/sample.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"
#include "pagetide/units.h"
#include "pagetide/viewport.h"

#include "pagetide/line.h"

/* Columns of a file name that are always shown, if it has as many. */
#define NAME_MIN 12
/* Left of a frozen picture's badge, for the moment to stand there. */
#define MOMENT_COLS 80
/* From which the program is named. */
#define WIDE_COLS 130

const char header_frozen[] = " FROZEN ";

void
header_file_name(struct strbuf *out, const struct scene *s)
{
	const char *path = s->sample->target.path, *slash;

	if (path == NULL)
		path = "?";
	slash = strrchr(path, '/');
	text_safe(out, slash != NULL && slash[1] != '\0' ? slash + 1 : path);
}

void
header_badge(struct frame *f, int x, int y, int end, const char *text)
{
	for (; *text != '\0' && x < end; text++, x++)
		frame_put(f, x, y, (char32_t)*text, *text, ROLE_PAUSED,
		    ROLE_PAUSED, 0);
}

/* How the worker maps the file, and which part if not all of it. */
static void
header_mapping(struct line *l, const struct sample *s)
{
	const struct worker_facts *w = &s->worker;
	uint64_t first = w->map_first_page, end = first + w->map_pages;
	char text[80], from[UNITS_MAX], to[UNITS_MAX];

	if (w->pid != 0 || w->process != 0 || w->map_flags != 0)
		line_join(l, ROLE_TITLE, " %s", w->map_pages == 0 ?
		    "nothing mapped" :
		    mapspec_text(text, sizeof text, w->map_flags));
	if (w->map_pages > 0 && w->map_pages < s->target.pages)
		line_join(l, ROLE_TITLE, " %s..%s", units_offset(from,
		    first * s->target.page_bytes), units_offset(to,
		    end * s->target.page_bytes));
}

/* When the picture is of, how long before what froze, how far back one can
 * go from there. */
static void
header_moment(struct line *l, const struct scene *s)
{
	char wall[UNITS_MAX], back[UNITS_MAX], reach[UNITS_MAX];
	uint64_t tenth_ns = NS_PER_S / 10;

	if (s->sample->seq == 0 || l->end - l->x < MOMENT_COLS)
		return;
	line_right(l, ROLE_TITLE, " %s, %s back of %s",
	    units_wall(wall, s->sample->wall_ns),
	    units_span(back, s->times.back_ns / tenth_ns * tenth_ns),
	    units_span(reach, (s->times.back_ns + s->times.reach_ns) /
	    tenth_ns * tenth_ns));
}

/* LIVE with the rate reached, or the badge, at the right end. */
static void
header_state(struct line *l, const struct scene *s)
{
	if (s->frozen) {
		if (line_right(l, ROLE_TEXT, "  %s  ", header_frozen))
			header_badge(l->frame, l->end + 2, l->y,
			    l->end + 2 + (int)strlen(header_frozen),
			    header_frozen);
		header_moment(l, s);
	} else if (s->times.play_pct > 0) {
		line_right(l, ROLE_TITLE, " PLAYS x%g ",
		    s->times.play_pct / 100.0);
	} else if (s->sample->seq == 0) {
		line_right(l, ROLE_TITLE, " starting ");
	} else if (s->cost.rate_hz > 0) {
		line_right(l, ROLE_TITLE, " LIVE %u/s ", s->cost.rate_hz);
	} else {
		line_right(l, ROLE_TITLE, " LIVE ");
	}
}

/* The name, or as much of its start as there is room for. */
static void
header_name(struct line *l, const struct scene *s)
{
	struct strbuf name = STRBUF_INIT;
	int room;

	if (l->end - l->x > WIDE_COLS)
		line_add(l, ROLE_TITLE, " pagetide ");
	header_file_name(&name, s);
	if (!line_join(l, ROLE_TITLE, " %s", name.s)) {
		room = l->end - l->x - 3;
		l->x++;
		l->x += frame_text(l->frame, l->x, l->y, room, ROLE_TITLE,
		    name.s);
		line_join(l, ROLE_TITLE, "..");
	}
	strbuf_done(&name);
}

/* What is said of a file is of before then. */
static void
header_waits(struct line *l, const struct target_facts *t)
{
	if (t->waits_ns > 0)
		line_add(l, ROLE_TITLE, "storage does not answer since %u s",
		    (unsigned)(t->waits_ns / NS_PER_S));
}

/* What is said of the worker, and done, is of that one. */
static void
header_which(struct line *l, const struct workers_facts *w)
{
	if (w->two)
		line_add(l, ROLE_TITLE, "worker %u of 2", (unsigned)w->acts);
}

static void
header_target(struct line *l, const struct target_facts *t)
{
	char size[UNITS_MAX], pages[UNITS_MAX], page[UNITS_MAX];
	char ahead[UNITS_MAX];

	if (t->page_bytes == 0)
		return;
	line_add(l, ROLE_TITLE, "%s", units_size(size, t->size_bytes));
	line_join(l, ROLE_TITLE, " = %s", units_count(pages, t->pages,
	    "page"));
	if (t->page_bytes != 4096)
		line_join(l, ROLE_TITLE, " of %s", units_offset(page,
		    t->page_bytes));
	line_add(l, ROLE_TITLE, "%s",
	    t->filesystem != NULL ? t->filesystem : "file system ?");
	if (t->anon)
		return;
	if (t->readahead_known)
		line_join(l, ROLE_TITLE, ", readahead %s",
		    units_offset(ahead, t->readahead_bytes));
	else
		line_join(l, ROLE_TITLE, ", readahead ?");
}

static void
header_worker(struct line *l, const struct scene *s)
{
	const struct worker_facts *w = &s->sample->worker;

	if (s->read_only)
		line_add(l, ROLE_TITLE, "read-only: watching");
	else if (w->process != 0)
		line_add(l, ROLE_TITLE, "process %ld",
		    (long)w->process);
	else if (w->alive && w->pid == 0)
		line_add(l, ROLE_TITLE, "simulated");
	else if (w->alive)
		line_add(l, ROLE_TITLE, "pid %ld", (long)w->pid);
	else if (s->sample->seq > 0)
		line_add(l, ROLE_TITLE, "no worker");
	if (!s->read_only && (w->alive || w->process != 0))
		header_mapping(l, s->sample);
}

bool
header_advice(struct line *l, const struct scene *s)
{
	char text[SAMPLE_ADVICE_MAX];
	uint64_t first, n;

	if (s->read_only || s->sample->seq == 0)
		return true;
	viewport_range(s->vp, &first, &n);
	return line_add(l, l->dim == ROLE_TITLE ? ROLE_TITLE : ROLE_TEXT,
	    "advice %s", sample_advice_text(text, s->sample, first, n));
}

bool
header_draw(struct frame *f, struct rect r, const struct scene *s)
{
	struct line l;

	if (r.h == 0)
		return false;
	frame_fill(f, r, ROLE_TITLE, ROLE_TEXT);
	line_init(&l, f, r, " | ", ROLE_TITLE);
	header_state(&l, s);
	header_name(&l, s);
	header_waits(&l, &s->sample->target);
	header_which(&l, &s->sample->workers);
	header_target(&l, &s->sample->target);
	header_worker(&l, s);
	return header_advice(&l, s);
}
