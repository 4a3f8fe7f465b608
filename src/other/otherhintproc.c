/* That process: makes the call, in as many as it takes. */
#include "config.h"

#include "otherhintproc.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/otherhint.h"
#include "pagetide/units.h"

/* --hint-process PARENT ADDRESS BYTES ADVICE */
enum { ARG_PARENT = 2, ARG_ADDRESS, ARG_BYTES, ARG_ADVICE, ARGS };

/* One call does 2 GiB at most. */
static void
advise(uint64_t addr, uint64_t bytes, int advice, struct otherhint_answer *a)
{
	uint64_t begin_ns = clock_now_ns();
	ssize_t done = 1;

	while (a->bytes < bytes && done > 0) {
		struct iovec v = { (void *)(uintptr_t)(addr + a->bytes),
			bytes - a->bytes };

		done = syscall(SYS_process_madvise, OTHERHINT_PIDFD, &v, 1,
		    advice, 0);
		if (done > 0)
			a->bytes += (uint64_t)done;
		else if (done < 0)
			a->err = errno;
	}
	a->ns = clock_now_ns() - begin_ns;
}

int
otherhint_main(int argc, char **argv)
{
	struct otherhint_answer a;
	uint64_t n[ARGS] = { 0 };
	int i;

	if (argc != ARGS)
		return 2;
	for (i = ARG_PARENT; i < ARGS; i++)
		if (units_parse_u64(argv[i], 0, UINT64_MAX, &n[i]) != 0)
			return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != (pid_t)n[ARG_PARENT])
		return 1;
	memset(&a, 0, sizeof a);
	advise(n[ARG_ADDRESS], n[ARG_BYTES], (int)n[ARG_ADVICE], &a);
	return write(STDOUT_FILENO, &a, sizeof a) != sizeof a;
}
