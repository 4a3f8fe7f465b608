#include "config.h"

#include "pagetide/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/output.h"
#include "pagetide/replace.h"
#include "pagetide/snapshot.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"
#include "pagetide/xalloc.h"

/* What may wait for who writes; then samples are left out. */
#define WAITING_MAX ((size_t)32 << 20)
#define END_NS (5 * NS_PER_S)

struct recorder {
	struct recorder_opts opts;
	char		*path;
	struct tapeproc	 proc;
	struct tape_writer *writer;
	struct strbuf	 waiting;
	size_t		 done;		/* bytes of it that are written */
	bool		 behind;	/* samples are left out */
	int		 status;	/* how its process ended */
	int		 pidfd;		/* readable when it has, from when it is
					   stopped; -1: none */
};

static void
recorder_free(struct recorder *r)
{
	tape_writer_free(r->writer);
	strbuf_done(&r->waiting);
	if (r->pidfd >= 0)
		close(r->pidfd);
	free(r->path);
	free(r);
}

struct recorder *
recorder_start(const struct recorder_opts *opts, uint64_t interval_ns,
    struct strbuf *why)
{
	struct recorder *r = xcalloc(1, sizeof *r);
	int rc;

	r->opts = *opts;
	r->status = TAPEPROC_RUNS;
	r->pidfd = -1;
	r->opts.file.path = r->path = xstrdup(opts->file.path);
	r->writer = tape_writer_new(opts->anonymous);
	strbuf_init(&r->waiting);
	signal(SIGPIPE, SIG_IGN);
	rc = tapeproc_write(&r->proc, &r->opts.file);
	if (rc != 0) {
		tapeproc_why(-rc, "write", r->path, why);
		recorder_free(r);
		return NULL;
	}
	tape_head(r->writer, &r->waiting, interval_ns);
	return r;
}

const char *
recorder_path(const struct recorder *r)
{
	return r->path;
}

bool
recorder_is_file(const struct recorder *r, dev_t dev, ino_t ino)
{
	bool is = replace_same_file(dev, ino, r->path, STDOUT_FILENO);
	char *path = xstrdup(r->path);

	for (unsigned n = 1; !is && access(path, F_OK) == 0; n++) {
		free(path);
		path = tapeproc_path(&r->opts.file, n);
		is = replace_same_file(dev, ino, path, -1);
	}
	free(path);
	return is;
}

/* As much as is taken now. */
static void
flush(struct recorder *r)
{
	ssize_t n;

	while (r->done < r->waiting.len) {
		n = write(r->proc.fd, r->waiting.s + r->done,
		    r->waiting.len - r->done);
		if (n <= 0)
			return;
		r->done += (size_t)n;
	}
	strbuf_reset(&r->waiting);
	r->done = 0;
}

/* Is there room for another sample? */
static bool
has_room(struct recorder *r)
{
	if (r->behind && r->waiting.len > 0)
		return false;
	if (r->behind)
		tape_lost(r->writer);
	r->behind = r->waiting.len - r->done > WAITING_MAX;
	return !r->behind;
}

int
recorder_sample(struct recorder *r, const struct snapshot *s,
    const struct walk_facts *walk, const struct events *events,
    struct strbuf *why)
{
	int status = tapeproc_ended(&r->proc);

	if (status != TAPEPROC_RUNS) {
		tapeproc_why(status != TAPEPROC_DONE ? status : EPIPE,
		    "write", r->path, why);
		return -1;
	}
	flush(r);
	if (s->sample.seq == 0 || !has_room(r))
		return 0;
	tape_put(r->writer, &r->waiting, s, walk, events);
	flush(r);
	return 0;
}

/* Nothing is left: its process ends when that is in the file. */
static void
close_when_done(struct recorder *r)
{
	if (r->waiting.len > r->done || r->proc.fd < 0)
		return;
	close(r->proc.fd);
	r->proc.fd = -1;
}

void
recorder_stop(struct recorder *r)
{
	if (r->proc.pid != 0)
		r->pidfd = (int)syscall(SYS_pidfd_open, r->proc.pid, 0);
	flush(r);
	close_when_done(r);
}

struct pollfd
recorder_fd(const struct recorder *r)
{
	if (r->proc.fd >= 0)
		return (struct pollfd){ r->proc.fd, POLLOUT, 0 };
	return (struct pollfd){ r->pidfd, POLLIN, 0 };
}

bool
recorder_go_on(struct recorder *r)
{
	if (r->status == TAPEPROC_RUNS)
		r->status = tapeproc_ended(&r->proc);
	if (r->status != TAPEPROC_RUNS)
		return true;
	flush(r);
	close_when_done(r);
	return false;
}

int
recorder_end(struct recorder *r, struct strbuf *why)
{
	int status, rc = 0;

	if (r->waiting.len > r->done && r->proc.pid != 0 &&
	    r->proc.fd >= 0 && fcntl(r->proc.fd, F_SETFL, 0) == 0)
		output_all(r->proc.fd, r->waiting.s + r->done,
		    r->waiting.len - r->done);
	status = r->proc.pid != 0 ? tapeproc_end(&r->proc, END_NS) :
	    r->status != TAPEPROC_RUNS ? r->status : 0;
	if (status > 0) {
		tapeproc_why(status, "write", r->path, why);
		rc = -1;
	}
	recorder_free(r);
	return rc;
}
