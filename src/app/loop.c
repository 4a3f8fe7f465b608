#include "config.h"

#include "loop.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <event2/event.h>

#include "pagetide/act.h"
#include "pagetide/aside.h"
#include "pagetide/browse.h"
#include "pagetide/clock.h"
#include "pagetide/death.h"
#include "pagetide/event.h"
#include "pagetide/eventlog.h"
#include "pagetide/exits.h"
#include "pagetide/limit.h"
#include "pagetide/said.h"
#include "pagetide/script.h"
#include "pagetide/strbuf.h"
#include "pagetide/tty.h"
#include "pagetide/ui.h"
#include "pagetide/xalloc.h"

#include "app.h"
#include "batch.h"
#include "fds.h"
#include "printer.h"
#include "replay.h"
#include "signals.h"

/* What is measured by then is the first picture. */
#define FIRST_NS	(50 * NS_PER_MS)
/* How soon it is looked again whether the reader of samples goes on. */
#define PRINT_WAIT_NS	(10 * NS_PER_MS)
/* Keys of one turn of the loop: no more of them than in that time. */
#define KEYS_NS		(4 * NS_PER_MS)

struct loop {
	struct app	*app;
	struct event_base *base;
	struct event	*tick;		/* the sample timer */
	struct event	*step;		/* next slice of the scan */
	struct event	*draw;		/* the frame that --fps put off */
	struct event	*keys;		/* those that one turn left */
	struct event	*in, *out;	/* terminal; NULL when headless */
	struct fds	*fds;		/* that acts wait for */
	struct signals	*signals;
	struct printer	*printer;
	uint64_t	 next_tick_ns;	/* real time, also with a fake */
	uint64_t	 tick_end_ns;	/* the sample is taken by then */
	uint64_t	 last_draw_ns;
	bool		 screen;	/* else samples alone are printed */
	uint64_t	 left;		/* of them; 0: no end */
	uint64_t	 told_event;	/* the newest that was printed */
	bool		 tty;		/* the terminal is ours */
	bool		 keys_left;	/* more may wait than one turn took */
	struct strbuf	*why;		/* for the caller of loop_run() */
};

/* A loop that misses what it waits for would never end. */
static void
wait_for(struct event *ev, const struct timeval *tv)
{
	if (event_add(ev, tv) != 0)
		fatal("cannot wait for events: %s", strerror(errno));
}

static void
arm(struct event *ev, uint64_t after_ns)
{
	struct timeval tv = { (time_t)(after_ns / NS_PER_S),
		(suseconds_t)(after_ns % NS_PER_S / NS_PER_US) };

	wait_for(ev, &tv);
}

/* The newest sample, where a session without a terminal prints samples. */
static void
print_sample(struct loop *l)
{
	printer_put(l->printer, batch_text(l->app, &l->told_event));
	if (l->left > 0 && --l->left == 0)
		l->app->ui.quit = true;
}

/* A slice of the scan; when it is done, or time is up, the sample. */
static void
on_step(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;
	uint64_t now = clock_now_ns(), wait_ns;
	struct strbuf why = STRBUF_INIT;
	bool ready;

	(void)fd, (void)what;
	if (l->app->replay != NULL) {
		if (replay_slice(l->app, &wait_ns, l->why))
			arm(l->step, wait_ns);
		return;
	}
	ready = watch_step(&l->app->watch, now + WATCH_SLICE_NS);
	if (!ready && clock_now_ns() < l->tick_end_ns) {
		arm(l->step, 0);
		return;
	}
	act_take(&l->app->act);
	if (act_follow(&l->app->act, &why) != 0)
		death_unborn(&l->app->act, why.s);
	strbuf_done(&why);
	watch_tick(&l->app->watch);
	ui_tick(&l->app->ui);
	if (!l->screen || l->app->opts->print == PRINT_ALL)
		print_sample(l);
	script_go_on(&l->app->ui, l->why);
	if (l->app->ui.run.failed)
		l->app->exit_status = EXIT_FAIL;
}

/* Is time simulated? */
static bool
steps_clock(const struct loop *l)
{
	return l->app->watch.source.ops->steps_clock;
}

/* Is this session to run as fast as it can? Not where it only records. */
static bool
is_simulated(const struct loop *l)
{
	return steps_clock(l) && l->in == NULL &&
	    !opts_only_records(l->app->opts);
}

/* With the slice that ends later, and what else there is to do, this is a
 * quarter of the time at most. The first picture is to come soon. What is
 * printed is a whole pass, however long it takes. */
static uint64_t
measured_by(const struct loop *l, uint64_t now)
{
	uint64_t share = l->app->opts->watch.interval_ns / 5;

	if (!l->screen)
		return UINT64_MAX;
	return l->app->watch.live.seq > 0 || share < FIRST_NS ? now + share :
	    now + FIRST_NS;
}

static void
resize(struct loop *l)
{
	int cols = l->app->ui.frame.cols, rows = l->app->ui.frame.rows;

	tty_resize(&cols, &rows);
	ui_resized(&l->app->ui, cols, rows);
}

/* A terminal that is not that of our session, as after su, sends no SIGWINCH:
 * its size is asked for. */
static void
ask_size(struct loop *l)
{
	int cols, rows;

	if (l->tty && tty_resize(&cols, &rows))
		ui_resized(&l->app->ui, cols, rows);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;
	uint64_t interval = l->app->opts->watch.interval_ns, now;

	(void)fd, (void)what;
	if (l->app->ui.quit)
		return;
	if (l->app->replay != NULL) {
		arm(l->tick, interval);
		ask_size(l);
		replay_tick(l->app, l->why);
		return;
	}
	if (printer_busy(l->printer)) {
		arm(l->tick, PRINT_WAIT_NS);
		return;
	}
	if (steps_clock(l) && (l->screen || l->app->watch.live.seq > 0))
		clock_advance(interval);
	now = clock_now_ns();
	if (steps_clock(l)) {
		arm(l->tick, is_simulated(l) ? 0 : interval);
	} else {
		/* Absolute times: lateness does not add up. */
		do
			l->next_tick_ns += interval;
		while (l->next_tick_ns <= now);
		arm(l->tick, l->next_tick_ns - now);
	}
	ask_size(l);
	/* A scan that is still going on is not begun again. */
	if (event_pending(l->step, EV_TIMEOUT, NULL))
		return;
	l->tick_end_ns = measured_by(l, now);
	if (!l->screen)
		watch_hurry(&l->app->watch);
	act_begin(&l->app->act);
	on_step(-1, 0, l);
}

/* The terminal can't be written or read any more. SIGHUP says the same, and
 * may be on its way or have been kept from us. */
static void
terminal_gone(struct loop *l)
{
	l->app->ui.quit = true;
	if (l->app->exit_signal == 0)
		l->app->exit_signal = SIGHUP;
}

/* Frames are bytes in a file in memory first, which is limited, too. */
static void
no_room(struct loop *l)
{
	l->app->ui.quit = true;
	l->app->exit_status = EXIT_FAIL;
	strbuf_adds(l->why, "the limit on file sizes (ulimit -f) is too small "
	    "for a screen in memory");
}

static void
flush(struct loop *l)
{
	int rc = tty_flush();

	if (rc > 0)
		wait_for(l->out, NULL);
	else if (rc == -EFBIG)
		no_room(l);
	else if (rc < 0)
		terminal_gone(l);
}

static void
on_out(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	flush(arg);
}

static void
on_draw(evutil_socket_t fd, short what, void *arg)
{
	/* Waking the loop is all: it draws once a turn. */
	(void)fd, (void)what, (void)arg;
}

/* What one key asks for; false when none waits. */
static bool
take_key(struct loop *l)
{
	uint32_t key = tty_key();
	int x, y, button;

	if (key == TKEY_EOF) {
		terminal_gone(l);
	} else if (key == TKEY_MOUSE) {
		tty_mouse(&x, &y, &button);
		ui_mouse(&l->app->ui, x, y, button);
	} else if (key == TKEY_COLOURS) {
		l->app->said.dirty = true;
	} else if (key != TKEY_NONE) {
		ui_key(&l->app->ui, key);
	}
	return key != TKEY_NONE;
}

/* Some keys a turn: signals, reports and frames come between them. The rest
 * may be with curses already, where no descriptor shows it. */
static void
on_in(evutil_socket_t fd, short what, void *arg)
{
	uint64_t end_ns = clock_now_ns() + KEYS_NS;
	struct loop *l = arg;

	(void)fd, (void)what;
	do
		l->keys_left = take_key(l);
	while (l->keys_left && !l->app->ui.quit && clock_now_ns() < end_ns);
	if (l->keys_left)
		arm(l->keys, 0);
}

/* The one place that draws: once a turn, at most fps times a second, never
 * while the terminal has not taken the frame before. */
static void
draw_if_due(struct loop *l)
{
	uint64_t now = clock_now_ns(), gap = NS_PER_S / l->app->opts->fps;

	if (!l->tty || !l->app->said.dirty || tty_pending() > 0)
		return;
	if ((!l->app->said.urgent || l->keys_left) &&
	    !steps_clock(l) && now - l->last_draw_ns < gap) {
		if (!event_pending(l->draw, EV_TIMEOUT, NULL))
			arm(l->draw, l->last_draw_ns + gap - now);
		return;
	}
	ui_draw(&l->app->ui);
	tty_blit(&l->app->ui.frame);
	l->last_draw_ns = now;
	flush(l);
}

/* After a stop: the terminal is ours again, history has a gap. */
static void
resume(struct loop *l)
{
	tty_resume();
	l->app->watch.gap_next = true;
	l->next_tick_ns = clock_now_ns();
	resize(l);
}

/* Lends the terminal to the shell, if there is one to come back from. */
static void
stop(struct loop *l)
{
	if (l->tty)
		tty_suspend();
	if (signals_stop()) {
		if (l->tty)
			resume(l);
		return;
	}
	if (l->tty)
		tty_resume();
	said_line(&l->app->said, "not stopped: there is no shell that could "
	    "go on with it");
}

static void
on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct loop *l = arg;

	(void)what;
	switch (sig) {
	case SIGCHLD:
		act_reap(&l->app->act);
		aside_reap();
		break;
	case SIGWINCH:
		if (l->tty)
			resize(l);
		break;
	case SIGTSTP:
		stop(l);
		break;
	case SIGCONT:
		if (l->tty)
			resume(l);
		break;
	default:
		l->app->ui.quit = true;
		l->app->exit_signal = (int)sig;
	}
}

static int
open_terminal(struct loop *l)
{
	const struct opts *o = l->app->opts;
	struct tty_options options = { .scheme = o->ui.scheme,
		.no_colour = o->ui.no_colour, .ascii = o->ui.ascii,
		.mouse = o->ui.mouse };
	const char *note = NULL;
	int rc = tty_in_fd() >= 0 ? 0 : tty_open(&options, &note, l->why);

	if (rc != 0)
		return rc;
	l->tty = true;
	l->in = event_new(l->base, tty_in_fd(), EV_READ | EV_PERSIST, on_in,
	    l);
	l->out = event_new(l->base, tty_out_fd(), EV_WRITE, on_out, l);
	wait_for(l->in, NULL);
	arm(l->keys, 0);	/* What was typed already. */
	if (note != NULL)
		said_line(&l->app->said, "%s", note);
	return 0;
}

static void
free_events(struct loop *l)
{
	struct event *all[] = { l->tick, l->step, l->draw, l->keys, l->in,
		l->out };

	for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i] != NULL)
			event_free(all[i]);
	fds_free(l->fds);
	signals_close(l->signals);
	printer_free(l->printer);
}

/* Worker, first words, first sample. */
static void
begin(struct loop *l)
{
	if (l->app->replay != NULL)
		arm(l->step, 0);
	else if (l->screen)
		app_begin(l->app);
	l->next_tick_ns = clock_now_ns();
	on_tick(-1, 0, l);
}

/* A turn of the loop. */
static void
turn(struct loop *l)
{
	ui_settle(&l->app->ui);
	draw_if_due(l);
	fds_turn(l->fds, &l->app->act, &l->app->ui);
	eventlog_write(l->app->watch.events);
}

/* The end of a session without a terminal: all that is asked for is out, if
 * no signal ends it before. */
static void
end_headless(struct loop *l)
{
	struct app *app = l->app;

	if (app->opts->print == PRINT_LAST && app->exit_signal == 0 &&
	    app->exit_status == EXIT_OK)
		print_sample(l);
	while (printer_busy(l->printer) && app->exit_signal == 0)
		turn(l);
	if (app->exit_signal == 0)
		batch_end(app, l->why);
}

static void
run(struct loop *l)
{
	struct frame *f = &l->app->ui.frame;

	if (l->tty)
		resize(l);
	else if (l->screen)
		ui_resized(&l->app->ui, f->cols, f->rows);
	begin(l);
	while (!l->app->ui.quit)
		turn(l);
	if (l->app->opts->mode != MODE_LIVE &&
	    !browse_wants(l->app->ui.list.browse))
		end_headless(l);
}

int
loop_run(struct app *app, struct strbuf *why)
{
	struct loop loop = { .app = app, .why = why,
		.screen = opts_has_screen(app->opts),
		.left = app->opts->count };
	int rc = 0;

	loop.base = event_base_new();
	if (loop.base == NULL)
		fatal("no event loop: %s", strerror(errno));
	/* Who reads the log may go: that must not end us, and the terminal
	 * with us. Who prints samples alone ends with their reader. */
	if (loop.screen)
		signal(SIGPIPE, SIG_IGN);
	loop.tick = evtimer_new(loop.base, on_tick, &loop);
	loop.step = evtimer_new(loop.base, on_step, &loop);
	loop.draw = evtimer_new(loop.base, on_draw, &loop);
	loop.keys = evtimer_new(loop.base, on_in, &loop);
	loop.fds = fds_new(loop.base);
	loop.signals = signals_open(loop.base, loop.screen, on_signal,
	    &loop);
	loop.printer = printer_new(loop.base, app, why);
	rc = limit_open(&app->act, why);
	if (rc == 0 && app->opts->mode == MODE_LIVE)
		rc = open_terminal(&loop);
	if (rc == 0)
		run(&loop);
	/* The terminal first: the worker may take a moment to end. */
	if (rc != 0 || !browse_wants(app->ui.list.browse))
		tty_close();
	act_end(&app->act);
	eventlog_write(app->watch.events);
	free_events(&loop);
	event_base_free(loop.base);
	return rc != 0 ? EXIT_FAIL : app->exit_status;
}
