#include "config.h"

#include "crash.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "device.h"
#include "errout.h"

enum {
	CRASH_STACK_BYTES = 64 * 1024,
	CRASH_WAIT_MS = 100,	/* for room in the terminal */
	CRASH_WAITS = 10,
	CRASH_PATIENCE = 5,	/* waits until what fills it is dropped */
	CRASH_TRIES = 3,	/* after an error */
};

static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE,
	SIGSYS, SIGTRAP };
enum { SIGNALS = sizeof signals / sizeof signals[0] };

struct reset {
	char	bytes[CRASH_RESET_MAX];
	size_t	n;
};

/* Static, because a signal handler has no argument to find it by. */
static struct {
	struct sigaction	 before[SIGNALS];
	bool			 own_stack;
	/* A child inherits the handlers: it must leave the terminal alone. */
	pid_t			 pid;
	const struct device	*device;
	struct reset		 reset[2];
	volatile sig_atomic_t	 which;	/* of reset[] is whole */
	volatile sig_atomic_t	 armed;
	char			 stack[CRASH_STACK_BYTES];
} crash;

/* Writes the reset bytes, with patience that ends. */
static void
write_reset(const struct device *d, const struct reset *r)
{
	size_t done = 0;
	int waits = 0, errors = 0;

	while (done < r->n && waits < CRASH_WAITS && errors < CRASH_TRIES) {
		ssize_t n = device_write(d, r->bytes + done, r->n - done);
		struct pollfd p = { .fd = d->out, .events = POLLOUT };

		if (n > 0) {
			done += (size_t)n;
			continue;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			errors++;
			continue;
		}
		poll(&p, 1, CRASH_WAIT_MS);
		/* It does not read: let it find this instead of the rest of
		 * a frame, when it reads again. */
		if (++waits == CRASH_PATIENCE) {
			tcflush(d->out, TCOFLUSH);
			done = 0;
		}
	}
}

static void
restore_modes(const struct device *d)
{
	int tries;

	for (tries = 0; tries < CRASH_TRIES; tries++)
		if (tcsetattr(d->in, TCSANOW, &d->saved) == 0)
			return;
}

void
crash_restore(void)
{
	if (!crash.armed || crash.pid != getpid())
		return;
	crash.armed = 0;
	/* In the background the terminal belongs to the shell by now. */
	if (!device_is_ours(crash.device->in))
		return;
	write_reset(crash.device, &crash.reset[crash.which]);
	restore_modes(crash.device);
}

/* Gives the terminal back and lets the signal do what it did before. */
static void
on_crash(int sig)
{
	unsigned i;

	crash_restore();
	if (crash.pid == getpid())
		errout_dump();
	for (i = 0; i < SIGNALS; i++) {
		if (signals[i] == sig)
			sigaction(sig, &crash.before[i], NULL);
	}
	raise(sig);
}

/* A stack for the handler, should ours be the one that overflowed. */
static void
set_stack(void)
{
	stack_t old, ours = { .ss_sp = crash.stack,
	    .ss_size = sizeof crash.stack };

	if (sigaltstack(NULL, &old) != 0 || !(old.ss_flags & SS_DISABLE))
		return;
	crash.own_stack = sigaltstack(&ours, NULL) == 0;
}

void
crash_install(void)
{
	struct sigaction act = { .sa_handler = on_crash,
	    .sa_flags = SA_ONSTACK };
	unsigned i;

	set_stack();
	crash.pid = getpid();
	sigemptyset(&act.sa_mask);
	for (i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &act, &crash.before[i]);
}

void
crash_uninstall(void)
{
	stack_t none = { .ss_flags = SS_DISABLE };
	unsigned i;

	for (i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &crash.before[i], NULL);
	if (crash.own_stack)
		sigaltstack(&none, NULL);
	crash.own_stack = false;
}

void
crash_arm(const struct device *d)
{
	crash.device = d;
	crash.armed = 1;
}

void
crash_set_reset(const char *bytes, size_t n)
{
	/* Not the one that a handler could be reading. */
	int other = !crash.which;
	struct reset *r = &crash.reset[other];

	r->n = n < sizeof r->bytes ? n : sizeof r->bytes;
	memcpy(r->bytes, bytes, r->n);
	crash.which = other;
}
