#include "config.h"

#include "loop.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <event2/event.h>

#include "pagetide/changes.h"
#include "pagetide/clock.h"
#include "pagetide/event.h"
#include "pagetide/target.h"
#include "pagetide/tty.h"
#include "pagetide/xalloc.h"

#include "act.h"
#include "app.h"
#include "batch.h"
#include "child.h"
#include "cost.h"
#include "limit.h"
#include "script.h"
#include "ui.h"

/* What is measured by then is the first picture. */
#define FIRST_NS	(50 * NS_PER_MS)

struct loop {
	struct app	*app;
	struct event_base *base;
	struct event	*tick;		/* the sample timer */
	struct event	*step;		/* next slice of the scan */
	struct event	*draw;		/* the frame that --fps put off */
	struct event	*in, *out;	/* terminal; NULL when headless */
	struct event	*signals[8];
	uint64_t	 next_tick_ns;	/* real time, also with a fake */
	uint64_t	 tick_end_ns;	/* the sample is taken by then */
	uint64_t	 last_draw_ns;
	bool		 tty;		/* the terminal is ours */
	bool		 mouse;
	struct strbuf	*why;		/* for the caller of loop_run() */
};

struct event_base *
loop_base(struct loop *l)
{
	return l->base;
}

bool
loop_mouse(const struct loop *l)
{
	return l->mouse;
}

void
loop_set_mouse(struct loop *l, bool on)
{
	l->mouse = on;
	if (l->tty)
		tty_set_mouse(on);
}

static void
arm(struct event *ev, uint64_t after_ns)
{
	struct timeval tv = { (time_t)(after_ns / NS_PER_S),
		(suseconds_t)(after_ns % NS_PER_S / NS_PER_US) };

	event_add(ev, &tv);
}

/* Lets the script go on; its end ends a headless session. */
static void
run_script(struct loop *l)
{
	struct app *app = l->app;
	struct strbuf why = STRBUF_INIT;
	bool failed = false, headless = app->opts->mode == MODE_HEADLESS;

	if (app->script == NULL || !script_run(app, &failed, &why)) {
		strbuf_done(&why);
		return;
	}
	script_free(app->script);
	app->script = NULL;
	if (headless) {
		app->quit = true;
		if (failed) {
			app->exit_status = EXIT_FAIL;
			strbuf_adds(l->why, why.s);
		}
	} else if (failed) {
		app_complain(app, "%s", why.s);
	}
	strbuf_done(&why);
}

/* The newest sample, where a session without a terminal prints samples. */
static void
print_sample(struct loop *l)
{
	if (batch_json(l->app, l->why) == 0)
		return;
	l->app->quit = true;
	l->app->exit_status = EXIT_FAIL;
}

/* A message goes with the next key: why hints and walks are refused stays. */
static void
say_no_worker(struct app *app, const char *why)
{
	app_complain(app, "no worker: %s", why);
	events_add(app->events, EVENT_ERROR, '!', "no worker: %s (:restart "
	    "tries again)", why);
}

/* A slice of the scan; when it is done, or time is up, the sample. */
static void
on_step(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;
	uint64_t now = clock_now_ns();
	bool ready = app_step(l->app, now + APP_SCAN_SLICE_NS);
	struct strbuf why = STRBUF_INIT;

	(void)fd;
	(void)what;
	if (!ready && clock_now_ns() < l->tick_end_ns) {
		arm(l->step, 0);
		return;
	}
	app_sample(l->app);
	if (act_follow(l->app, &why) != 0)
		say_no_worker(l->app, why.s);
	strbuf_done(&why);
	cost_tick(&l->app->cost, l->app->live.t_ns);
	if (l->app->view == VIEW_CHANGED && changes_fading(l->app->changes,
	    l->app->live.t_ns, APP_FADE_NS + l->app->opts->interval_ns))
		l->app->dirty = true;
	if (l->app->opts->print == PRINT_ALL)
		print_sample(l);
	run_script(l);
}

/* Is this session to run as fast as it can, on a clock of its own? */
static bool
is_simulated(const struct loop *l)
{
	return l->app->fake != NULL && l->in == NULL;
}

/* With the slice that ends later, and what else there is to do, this is a
 * quarter of the time at most. The first picture is to come soon. */
static uint64_t
measuring_ns(const struct loop *l)
{
	uint64_t share = l->app->opts->interval_ns / 5;

	return l->app->live.seq > 0 || share < FIRST_NS ? share : FIRST_NS;
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;
	uint64_t interval = l->app->opts->interval_ns, now;

	(void)fd;
	(void)what;
	if (l->app->fake != NULL)
		clock_advance(interval);
	now = clock_now_ns();
	if (l->app->fake != NULL) {
		arm(l->tick, is_simulated(l) ? 0 : interval);
	} else {
		/* Absolute times: lateness does not add up. */
		do
			l->next_tick_ns += interval;
		while (l->next_tick_ns <= now);
		arm(l->tick, l->next_tick_ns - now);
	}
	/* A scan that is still going on is not begun again. */
	if (event_pending(l->step, EV_TIMEOUT, NULL))
		return;
	l->tick_end_ns = now + measuring_ns(l);
	app_begin(l->app);
	on_step(-1, 0, l);
}

/* The terminal can't be written or read any more. SIGHUP says the same, and
 * may be on its way or have been kept from us. */
static void
terminal_gone(struct loop *l)
{
	l->app->quit = true;
	if (l->app->exit_signal == 0)
		l->app->exit_signal = SIGHUP;
}

static void
flush(struct loop *l)
{
	int rc = tty_flush();

	if (rc > 0)
		event_add(l->out, NULL);
	else if (rc < 0)
		terminal_gone(l);
}

static void
on_out(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	flush(arg);
}

static void
on_draw(evutil_socket_t fd, short what, void *arg)
{
	/* Waking the loop is all: it draws once a turn. */
	(void)fd;
	(void)what;
	(void)arg;
}

static void
on_in(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;
	uint32_t key;
	int x, y, button;

	(void)fd;
	(void)what;
	while (!l->app->quit && (key = tty_key()) != TKEY_NONE) {
		if (key == TKEY_EOF) {
			terminal_gone(l);
		} else if (key == TKEY_MOUSE) {
			tty_mouse(&x, &y, &button);
			ui_mouse(l->app, x, y, button);
		} else {
			ui_key(l->app, key);
		}
	}
}

/* The one place that draws: once a turn, at most fps times a second, never
 * while the terminal still chews on the frame before. */
static void
draw_if_due(struct loop *l)
{
	uint64_t now = clock_now_ns(), gap = NS_PER_S / l->app->opts->fps;

	if (!l->tty || !l->app->dirty || tty_pending() > 0)
		return;
	if (!l->app->urgent && l->app->fake == NULL &&
	    now - l->last_draw_ns < gap) {
		if (!event_pending(l->draw, EV_TIMEOUT, NULL))
			arm(l->draw, l->last_draw_ns + gap - now);
		return;
	}
	ui_draw(l->app);
	tty_blit(&l->app->frame);
	l->last_draw_ns = now;
	flush(l);
}

static void
resize(struct loop *l)
{
	int cols = l->app->cols, rows = l->app->rows;

	tty_resize(&cols, &rows);
	ui_resized(l->app, cols, rows);
}

/* After a stop: the terminal is ours again, history has a gap. */
static void
resume(struct loop *l)
{
	tty_resume();
	l->app->gap_next = true;
	l->next_tick_ns = clock_now_ns();
	resize(l);
}

static void
on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct loop *l = arg;

	(void)what;
	switch (sig) {
	case SIGCHLD:
		if (l->app->child != NULL)
			child_reap(l->app->child);
		break;
	case SIGWINCH:
		if (l->tty)
			resize(l);
		break;
	case SIGTSTP:
		if (l->tty)
			tty_suspend();
		raise(SIGSTOP);
		/* FALLTHROUGH */
	case SIGCONT:
		if (l->tty)
			resume(l);
		break;
	default:
		l->app->quit = true;
		l->app->exit_signal = (int)sig;
	}
}

static void
add_signals(struct loop *l)
{
	static const int list[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD,
		SIGWINCH, SIGTSTP, SIGCONT };
	unsigned i;

	for (i = 0; i < sizeof list / sizeof *list; i++) {
		l->signals[i] = evsignal_new(l->base, list[i], on_signal, l);
		event_add(l->signals[i], NULL);
	}
}

static int
open_terminal(struct loop *l)
{
	const struct opts *o = l->app->opts;
	struct tty_options options = { .scheme = o->scheme,
		.no_colour = o->no_colour, .ascii = o->ascii,
		.mouse = o->mouse };
	const char *note = NULL;
	int rc = tty_open(&options, &note, l->why);

	if (rc != 0)
		return rc;
	l->tty = true;
	l->mouse = o->mouse;
	l->in = event_new(l->base, tty_in_fd(), EV_READ | EV_PERSIST, on_in,
	    l);
	l->out = event_new(l->base, tty_out_fd(), EV_WRITE, on_out, l);
	event_add(l->in, NULL);
	if (note != NULL)
		app_say(l->app, "%s", note);
	return 0;
}

static void
free_events(struct loop *l)
{
	struct event *all[] = { l->tick, l->step, l->draw, l->in, l->out };
	unsigned i;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i] != NULL)
			event_free(all[i]);
	for (i = 0; i < sizeof l->signals / sizeof *l->signals; i++)
		if (l->signals[i] != NULL)
			event_free(l->signals[i]);
}

/* Worker, first words, first sample. */
static void
begin(struct loop *l)
{
	struct app *app = l->app;
	struct strbuf why = STRBUF_INIT;

	if (!app->opts->read_only && act_worker_start(app, &why) != 0)
		say_no_worker(app, why.s);
	strbuf_done(&why);
	if (app->live.scan.cached_by == NULL && app->live.scan.why != NULL)
		events_add(app->events, EVENT_NOTE, 0, "%s",
		    app->live.scan.why);
	l->next_tick_ns = clock_now_ns();
	on_tick(-1, 0, l);
}

static void
run(struct loop *l)
{
	if (l->tty)
		resize(l);
	else
		ui_resized(l->app, l->app->cols, l->app->rows);
	begin(l);
	while (!l->app->quit) {
		draw_if_due(l);
		if (event_base_loop(l->base, EVLOOP_ONCE) != 0)
			fatal("the event loop failed");
	}
	if (l->app->opts->print == PRINT_LAST && l->app->exit_signal == 0 &&
	    l->app->exit_status == EXIT_OK)
		print_sample(l);
}

int
loop_run(struct app *app, struct strbuf *why)
{
	struct loop loop = { .app = app, .why = why };
	int rc = 0;

	loop.base = event_base_new();
	if (loop.base == NULL)
		fatal("no event loop: %s", strerror(errno));
	app->loop = &loop;
	/* Who reads the log may go: that must not end us, and the terminal
	 * with us. */
	signal(SIGPIPE, SIG_IGN);
	loop.tick = evtimer_new(loop.base, on_tick, &loop);
	loop.step = evtimer_new(loop.base, on_step, &loop);
	loop.draw = evtimer_new(loop.base, on_draw, &loop);
	add_signals(&loop);
	rc = limit_open(app, why);
	if (rc == 0 && app->opts->mode == MODE_LIVE)
		rc = open_terminal(&loop);
	if (rc == 0)
		run(&loop);
	act_worker_stop(app);
	tty_close();
	limit_close(app);
	free_events(&loop);
	event_base_free(loop.base);
	app->loop = NULL;
	return rc != 0 ? EXIT_FAIL : app->exit_status;
}
