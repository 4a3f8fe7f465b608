/* That process: makes the call, in as many as it takes. */
#include "config.h"

#include "otherhintproc.h"

#include <errno.h>
#include <fcntl.h>
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

/* --hint-process PARENT AT BYTES ADVICE BY */
enum { ARG_PARENT = 2, ARG_AT, ARG_BYTES, ARG_ADVICE, ARG_BY, ARGS };

typedef void call_fn(uint64_t at, uint64_t bytes, int advice,
	    struct otherhint_answer *);

/* At an address. One call does 2 GiB at most. */
static void
by_process(uint64_t addr, uint64_t bytes, int advice,
    struct otherhint_answer *a)
{
	ssize_t done = 1;

	while (a->bytes < bytes && done > 0) {
		struct iovec v = { (void *)(uintptr_t)(addr + a->bytes),
			bytes - a->bytes };

		done = syscall(SYS_process_madvise, OTHERHINT_FD, &v, 1,
		    advice, 0);
		if (done > 0)
			a->bytes += (uint64_t)done;
		else if (done < 0)
			a->err = errno;
	}
}

/* The others at an offset of the file, all of it at once. */
static void
by_fadvise(uint64_t offset, uint64_t bytes, int advice,
    struct otherhint_answer *a)
{
	a->err = posix_fadvise(OTHERHINT_FD, (off_t)offset, (off_t)bytes,
	    advice);
	a->bytes = a->err == 0 ? bytes : 0;
}

static void
by_readahead(uint64_t offset, uint64_t bytes, int advice,
    struct otherhint_answer *a)
{
	(void)advice;
	a->err = readahead(OTHERHINT_FD, (off_t)offset, bytes) == 0 ? 0 :
	    errno;
	a->bytes = a->err == 0 ? bytes : 0;
}

static call_fn *const calls[OTHERHINT_BYS] = {
	[OTHERHINT_BY_PROCESS] = by_process,
	[OTHERHINT_BY_FADVISE] = by_fadvise,
	[OTHERHINT_BY_READAHEAD] = by_readahead,
};

int
otherhint_main(int argc, char **argv)
{
	struct otherhint_answer a;
	uint64_t n[ARGS] = { 0 }, begin_ns;
	int i;

	if (argc != ARGS)
		return 2;
	for (i = ARG_PARENT; i < ARGS; i++)
		if (units_parse_u64(argv[i], 0, UINT64_MAX, &n[i]) != 0)
			return 2;
	if (n[ARG_BY] >= OTHERHINT_BYS)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != (pid_t)n[ARG_PARENT])
		return 1;
	memset(&a, 0, sizeof a);
	begin_ns = clock_now_ns();
	calls[n[ARG_BY]](n[ARG_AT], n[ARG_BYTES], (int)n[ARG_ADVICE], &a);
	a.ns = clock_now_ns() - begin_ns;
	return write(STDOUT_FILENO, &a, sizeof a) != sizeof a;
}
