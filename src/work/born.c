#include "config.h"

#include "born.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

int
born_of_fork(int parent_pid)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return -errno;
	if (getppid() != parent_pid)
		return -ESRCH;
	setsid();
	return 0;
}

/* A truncated file ends it too, without a core of all that is mapped. */
static int
detach(int parent_pid)
{
	const struct rlimit no_core = { 1, 1 };	/* 0 would allow a pipe */
	int err = born_of_fork(parent_pid);

	if (err != 0)
		return err;
	signal(SIGBUS, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN);	/* the stamps are a file, too */
	setrlimit(RLIMIT_CORE, &no_core);
	prctl(PR_SET_NAME, "pagetide-worker");
	return 0;
}

/* Puts /dev/null on 0, 1 and 2. */
static int
quiet(void)
{
	int fd, i;

	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (i = 0; i < 3; i++)
		if (dup2(fd, i) < 0)
			return -errno;
	if (fd > 2)
		close(fd);
	return 0;
}

/* Moves the three to 3, 4 and 5 and closes all above; a kernel without
 * close_range (before 5.9) leaves the rest open, which does no harm. */
static int
move_fds(int fds[3])
{
	int i;

	for (i = 0; i < 3; i++) {
		fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 6);
		if (fds[i] < 0)
			return -errno;
	}
	for (i = 0; i < 3; i++) {
		if (dup3(fds[i], 3 + i, O_CLOEXEC) < 0)
			return -errno;
		fds[i] = 3 + i;
	}
	syscall(SYS_close_range, 6U, ~0U, 0U);
	return 0;
}

int
born(int fds[3], int parent_pid)
{
	int err = detach(parent_pid);

	if (err == 0)
		err = quiet();
	return err != 0 ? err : move_fds(fds);
}
