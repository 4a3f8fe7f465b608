/*
 * The program's state: one struct, owned by main. What measures, draws and
 * acts is below; this folder only connects it.
 */
#ifndef PAGETIDE_APP_H
#define PAGETIDE_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetide/cells.h"
#include "pagetide/diagnosis.h"
#include "pagetide/effect.h"
#include "pagetide/forecast.h"
#include "pagetide/frame.h"
#include "pagetide/mapspec.h"
#include "pagetide/order.h"
#include "pagetide/sample.h"
#include "pagetide/scene.h"
#include "pagetide/source.h"
#include "pagetide/strbuf.h"
#include "pagetide/verdict.h"
#include "pagetide/viewport.h"

#include "opts.h"

struct cgroup;
struct changes;
struct child;
struct event;
struct events;
struct fake;
struct loop;
struct ring;
struct script;
struct trail;

#define APP_SCAN_SLICE_NS	(4 * NS_PER_MS)
#define APP_EFFECT_NS		NS_PER_S	/* window of an effect */
#define APP_HOLD_NS		NS_PER_S	/* rates stand still */
#define APP_FADE_NS		(3 * NS_PER_S)
#define APP_LATE_NS		NS_PER_S	/* past the interval: a gap */
#define APP_PENDING_MAX		32
#define APP_PACE_DEFAULT	2000	/* touches a second */

/* A hint or a walk whose outcome is still being measured. */
struct pending {
	uint64_t	event_seq;	/* 0: the slot is free */
	struct order	order;
	bool		walk;
	bool		held;		/* not sent yet: the worker is still
					   mapping the file */
	bool		reported;	/* the worker has answered */
	uint64_t	reported_ns;
	struct effect	effect;
	struct verdict_facts facts;	/* of a hint's range */
	struct forecast	forecast;	/* of a walk */
};

/* Others at work on the file: one event collects what happens at a time. */
struct outside {
	uint64_t	event_seq;	/* 0: nothing going on */
	uint64_t	last_ns;	/* when it last changed */
	uint64_t	came_pages, went_pages;
};

/* What is told of what happens, and what was told last. */
struct told {
	struct diagnosis now;
	struct diagnosis last;		/* had items */
	uint64_t	last_wall_ns;	/* when it was last true; 0: never */
};

/* What the diagnosis takes its facts from. */
struct diagnose {
	struct trail	*trail;
	struct order	walk;		/* the last one; seq 0: none */
	uint64_t	hint_ns;	/* when the last hint, or mapping, was
					   asked for, or answered */
	struct verdict	verdict;	/* on the last act */
	unsigned	verdict_advice;
	uint64_t	verdict_ns;
};

enum prompt_kind { PROMPT_NONE, PROMPT_COMMAND, PROMPT_GOTO, PROMPT_CONFIRM };

struct prompt {
	enum prompt_kind kind;
	struct strbuf	text;		/* what was typed */
	size_t		cursor;		/* bytes */
	char		label[160];
	int		advice;		/* PROMPT_CONFIRM: what is asked */
};

/* Own cost, held as upper bounds so that the screen does not flicker. */
struct cost {
	uint64_t	window_ns, window_cpu_ns;	/* start of window */
	uint64_t	window_scan_ns;			/* peak in it */
	unsigned	cpu_pct;
	uint64_t	scan_ns;
	uint64_t	rate_ns;	/* start of the rate's window */
	unsigned	rate_samples, rate_hz;
};

struct app {
	const struct opts *opts;
	struct loop	*loop;		/* NULL in batch mode */
	struct script	*script;	/* NULL: none */
	struct source	source;
	struct fake	*fake;		/* NULL: the live kernel */
	struct child	*child;		/* NULL: no worker */
	struct cgroup	*cgroup;	/* its own; NULL: never limited */
	uint64_t	limit_bytes;	/* of it; UINT64_MAX: none now */
	uint64_t	limit_kills;	/* OOM kills in it before the worker
					   came in */
	bool		followed;	/* the worker is still to go over to
					   the file that is watched now */

	struct sample	live;		/* newest; its grids are the source's */
	struct sample	frozen;		/* while paused */
	struct cells	frozen_overview, frozen_zoom;
	uint64_t	frozen_ns;
	struct events	*frozen_events;
	struct cost	frozen_cost;
	struct told	frozen_told;
	uint64_t	held_ns;	/* of the sample that the rates on
					   the screen end with */
	struct cells	shown;		/* the viewport's cells */
	struct viewport	vp;
	struct ring	*ring;
	struct events	*events;
	struct changes	*changes;
	struct pending	pending[APP_PENDING_MAX];
	struct pending	walked;		/* the walk whose outcome was
					   completed last; event_seq 0: none */
	struct outside	outside;
	uint64_t	grew_seq, grew_ns;	/* the file: last event, time */
	struct cost	cost;
	struct diagnose	diagnose;
	struct told	told;
	struct counters	base;		/* of the worker when it was ready */
	uint64_t	last_activity_ns;	/* of the worker */
	uint64_t	last_report_ns;		/* by it, of an act */
	struct map_spec	map_spec;	/* how the target is, or is to be,
					   mapped */
	struct map_spec	map_before;	/* if that fails: how it was */
	struct order	map_asked;	/* the last ORDER_MAP */
	bool		map_measured;	/* ... has an outcome of its own */
	uint64_t	mapped_pages_asked;	/* pages of the target then */
	uint32_t	map_seq;	/* of the ORDER_MAP, or of the greeting
					   before it, that is not answered
					   yet; 0: none */
	bool		gap_next;	/* the next sample follows a stop */

	int		cols, rows;	/* of the screen */
	struct frame	frame;
	enum view_kind	view;
	uint64_t	column_ns;	/* time of one graph column */
	enum graphs	graphs;
	uint64_t	window_ns;	/* of the working set */
	bool		paused, help_open;
	enum expand	expand;
	bool		latency;	/* in the side panel */
	size_t		help_top;
	struct prompt	prompt;
	char		message[256];
	bool		message_is_error;
	bool		log_failed;	/* ... and that was said */

	uint32_t	order_seq;
	uint64_t	pace_per_s;
	bool		dirty;		/* the screen is out of date */
	bool		urgent;		/* ... because of a key: draw now */
	bool		quit;
	int		exit_status;
	int		exit_signal;	/* the signal that ends us; 0: none */
	unsigned	noticed;	/* all SOURCE_ bits so far */
};

/* app.c: life, and the way of a sample. */

/* How far the working set reaches back from now on. */
void	app_window(struct app *, uint64_t window_ns);
/* Opens the target (or fake). 0 or an exit status, with why. */
int	app_open(struct app *, const struct opts *, struct strbuf *why);
void	app_close(struct app *);
/* The next pass is to start without a rest. */
void	app_hurry(struct app *);
/* Starts the next pass, if it is due. */
void	app_begin(struct app *);
/* Measures until deadline_ns: true when a sample can be taken. */
bool	app_step(struct app *, uint64_t deadline_ns);
/* Takes the sample and lets everything know. */
void	app_sample(struct app *);
/* A sample outside the rhythm: counters as of now, pages as far as one slice
 * comes. */
void	app_sample_now(struct app *);
/* The sample on the screen: the newest, or the frozen one. */
const struct sample *app_shown_sample(const struct app *);
/* The viewport or the pause changed: what is looked at, and shown, too. */
void	app_look(struct app *);
void	app_pause(struct app *, bool on);
/* While paused: shows the newest sample. */
void	app_step_once(struct app *);

/* One line for the user. */
void	app_say(struct app *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	app_complain(struct app *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* An event as it stands, to the log. */
void	app_log(const struct event *);

#endif
