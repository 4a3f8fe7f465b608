#include "config.h"

#include "guard.h"

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "pagetide/order.h"

static struct {
	sigjmp_buf	 at;
	struct one_touch	*touched;
} landing;

static void
land(int signal, siginfo_t *info, void *context)
{
	(void)context;
	landing.touched->signal = signal;
	landing.touched->code = info->si_code;
	/* Of one that somebody sent there is no address. */
	if (info->si_code > 0)
		landing.touched->addr = (uintptr_t)info->si_addr;
	siglongjmp(landing.at, 1);
}

bool
guard_run(void (*call)(void *arg), void *arg, struct one_touch *touched)
{
	struct sigaction ours = { .sa_flags = SA_SIGINFO }, bus, segv;
	volatile bool through = false;

	ours.sa_sigaction = land;
	landing.touched = touched;
	sigaction(SIGBUS, &ours, &bus);
	sigaction(SIGSEGV, &ours, &segv);
	if (sigsetjmp(landing.at, 1) == 0) {
		call(arg);
		through = true;
	}
	sigaction(SIGBUS, &bus, NULL);
	sigaction(SIGSEGV, &segv, NULL);
	return through;
}
