#include "config.h"

#include "signals.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <event2/event.h>

#include "pagetide/tty.h"
#include "pagetide/xalloc.h"

/* Those with a name; SIGPIPE is ignored, see loop_run(). */
static const int heard[] = {
	SIGCHLD, SIGWINCH, SIGTSTP, SIGCONT,
	/* Each ends the session. */
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGVTALRM, SIGPROF, SIGIO,
	SIGPWR, SIGXCPU,
#ifdef SIGSTKFLT
	SIGSTKFLT,
#endif
};
enum { HEARD = sizeof heard / sizeof *heard };

struct signals {
	struct event	*event[NSIG];
	unsigned	 n;
	bool		 all;		/* also those ignored before */
};

void
signals_early(void)
{
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
}

/* What the signal does by default, but for the descriptors. */
static void
end_at_once(int sig)
{
	tty_abandon();
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	signal(sig, SIG_DFL);
	raise(sig);
}

void
signals_unheard(void)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
		SIGPIPE, SIGALRM };
	struct sigaction now, act = { .sa_handler = end_at_once };
	unsigned i;

	for (i = 0; i < sizeof ending / sizeof *ending; i++)
		if (sigaction(ending[i], NULL, &now) == 0 &&
		    now.sa_handler == SIG_DFL)
			sigaction(ending[i], &act, NULL);
}

static bool
is_ignored(int sig)
{
	struct sigaction now;

	return sigaction(sig, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static void
hear(struct signals *s, struct event_base *base, int sig, signals_fn *fn,
    void *arg)
{
	struct event *ev;

	if (!s->all && is_ignored(sig))
		return;
	ev = evsignal_new(base, sig, fn, arg);
	if (ev == NULL || event_add(ev, NULL) != 0)
		fatal("no handler for signal %d", sig);
	s->event[s->n++] = ev;
}

/* The real-time signals that the C library keeps to itself: it installs no
 * handler for them, but they would end us. */
static void
block_reserved(void)
{
	uint64_t mask = 0;
	int sig;

	for (sig = SIGSYS + 1; sig < SIGRTMIN; sig++)
		mask |= UINT64_C(1) << (sig - 1);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &mask, NULL, sizeof mask);
}

/* SIGXCPU comes at the soft limit, SIGKILL at the hard one. */
static void
expect_cpu_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_CPU, &r) != 0 || r.rlim_max == RLIM_INFINITY ||
	    r.rlim_cur < r.rlim_max || r.rlim_max < 2)
		return;
	r.rlim_cur = r.rlim_max - 1;
	setrlimit(RLIMIT_CPU, &r);
}

struct signals *
signals_open(struct event_base *base, bool all, signals_fn *fn, void *arg)
{
	struct signals *s = xcalloc(1, sizeof *s);
	unsigned i;
	int sig;

	s->all = all;
	for (i = 0; i < HEARD; i++)
		hear(s, base, heard[i], fn, arg);
	for (sig = SIGRTMIN; sig <= SIGRTMAX; sig++)
		hear(s, base, sig, fn, arg);
	block_reserved();
	expect_cpu_limit();
	return s;
}

void
signals_close(struct signals *s)
{
	if (s == NULL)
		return;
	while (s->n > 0)
		event_free(s->event[--s->n]);
	free(s);
}

bool
signals_stop(void)
{
	struct sigaction before, act = { .sa_handler = SIG_DFL };
	sigset_t cont, mask, waiting;

	sigemptyset(&act.sa_mask);
	sigemptyset(&cont);
	sigaddset(&cont, SIGCONT);
	/* Blocked it stays to be seen: it is what ends a stop. */
	sigprocmask(SIG_BLOCK, &cont, &mask);
	sigaction(SIGTSTP, &act, &before);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
	sigpending(&waiting);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return sigismember(&waiting, SIGCONT) == 1;
}
