#include "config.h"

#include "pagetide/append.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "pagetide/output.h"

#define END_MS 1000

/* It ends when all is written, whatever ends us. */
static void
outlive(void)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

	prctl(PR_SET_PDEATHSIG, 0);
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		signal(ours[i], SIG_IGN);
}

/* What it wrote was all there is to do: 0 or errno. */
static int
write_all(const struct append *a)
{
	int fd = open(a->path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY |
	    O_CLOEXEC, 0666);
	int err;

	if (fd < 0)
		return errno;
	err = -output_all(fd, a->waiting.s, a->waiting.len);
	if (close(fd) != 0 && err == 0)
		err = errno;
	return err;
}

static void
run(void *arg, int says, int fd)
{
	int err;

	(void)fd;
	outlive();
	err = write_all(arg);
	output_all(says, (const char *)&err, sizeof err);
}

void
append_init(struct append *a, const char *path)
{
	a->path = path;
	aside_init(&a->aside);
	strbuf_init(&a->waiting);
}

int
append_fd(const struct append *a)
{
	return a->aside.fd;
}

/* The copy has what waits as it is now. */
static int
begin(struct append *a)
{
	const struct aside_copy copy = { ASIDE_ANSWERS, -1, run, a };
	int rc;

	if (a->aside.fd >= 0 || a->waiting.len == 0)
		return 0;
	rc = aside_fork(&a->aside, &copy);
	strbuf_reset(&a->waiting);
	return rc;
}

int
append_line(struct append *a, const char *line)
{
	strbuf_addf(&a->waiting, "%s\n", line);
	return begin(a);
}

int
append_ready(struct append *a)
{
	int err = 0, rc;
	ssize_t n = read(a->aside.fd, &err, sizeof err);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	aside_leave(&a->aside);
	rc = begin(a);
	return n != sizeof err ? -EIO : err != 0 ? -err : rc;
}

int
append_done(struct append *a)
{
	struct pollfd p = { .events = POLLIN };
	int rc = 0, one;

	while ((p.fd = append_fd(a)) >= 0) {
		if (poll(&p, 1, END_MS) <= 0) {
			rc = -ETIMEDOUT;
			break;
		}
		one = append_ready(a);
		rc = rc == 0 ? one : rc;
	}
	aside_leave(&a->aside);
	strbuf_done(&a->waiting);
	return rc;
}
