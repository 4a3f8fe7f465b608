#include "config.h"

#include "stall.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/storage.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"

#include "app.h"

#define STEP_NS		(100 * NS_PER_MS)

/* The keyboard, where a screen is to come and it is ours: keys come at once,
 * and are not shown. */
struct keyboard {
	bool		 ours;
	struct termios	 before;
	sigset_t	 mask;
};

/* Signals that end or stop us wait until it is given back. */
static void
hold_signals(struct keyboard *k)
{
	static const int held[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
		SIGTSTP };
	sigset_t set;
	unsigned i;

	sigemptyset(&set);
	for (i = 0; i < sizeof held / sizeof *held; i++)
		sigaddset(&set, held[i]);
	sigprocmask(SIG_BLOCK, &set, &k->mask);
}

static void
take_keyboard(struct keyboard *k, const struct app *app)
{
	struct termios t;

	k->ours = app->opts->mode == MODE_LIVE &&
	    tcgetpgrp(STDIN_FILENO) == getpgrp() &&
	    tcgetattr(STDIN_FILENO, &k->before) == 0;
	if (!k->ours)
		return;
	hold_signals(k);
	t = k->before;
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	tcsetattr(STDIN_FILENO, TCSANOW, &t);
}

static void
give_keyboard_back(const struct keyboard *k)
{
	if (!k->ours)
		return;
	tcsetattr(STDIN_FILENO, TCSANOW, &k->before);
	sigprocmask(SIG_SETMASK, &k->mask, NULL);
}

/* Lets a signal that waits do what it does. */
static void
hear_signals(struct keyboard *k, const struct app *app)
{
	sigset_t waiting;

	sigpending(&waiting);
	if (!k->ours || sigisemptyset(&waiting))
		return;
	give_keyboard_back(k);
	take_keyboard(k, app);
}

static bool
q_is_pressed(const struct keyboard *k)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	char key;

	return k->ours && poll(&p, 1, 0) == 1 &&
	    read(STDIN_FILENO, &key, 1) == 1 && key == 'q';
}

/* One line that counts up; a single one where that can't be seen. */
static void
say(const struct app *app, uint64_t since_ns, bool *said)
{
	uint64_t s = (clock_now_ns() - since_ns) / NS_PER_S;
	bool tty = isatty(STDERR_FILENO);
	struct strbuf safe = STRBUF_INIT;

	if (s == 0 || (*said && !tty))
		return;
	*said = true;
	text_safe(&safe, app->opts->path);
	fprintf(stderr, "%spagetide: %s: storage does not answer since %u s%s",
	    tty ? "\r" : "", safe.s, (unsigned)s, tty ? "" : "\n");
	strbuf_done(&safe);
}

bool
stall_wait(const struct app *app, struct storage_job *job)
{
	uint64_t since_ns = clock_now_ns();
	struct keyboard k = { 0 };
	bool said = false, quit = false;

	if (storage_wait(app->watch.storage, job, since_ns + NS_PER_S))
		return true;
	take_keyboard(&k, app);
	do {
		hear_signals(&k, app);
		say(app, since_ns, &said);
		quit = q_is_pressed(&k);
	} while (!quit && !storage_wait(app->watch.storage, job,
	    clock_now_ns() + STEP_NS));
	give_keyboard_back(&k);
	if (said && isatty(STDERR_FILENO))
		fputc('\n', stderr);
	return !quit;
}
