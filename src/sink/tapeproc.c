#include "config.h"

#include "pagetide/tapeproc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/output.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"
#include "pagetide/text.h"
#include "pagetide/xalloc.h"

#include "tapeparts.h"
#include "tapeseek.h"
#include "zstd.h"

#define PIECE 65536
/* Where descriptors can't be closed all at once. */
#define FDS_MAX 1024
/* The pipe that such a process has, beside standard streams. */
#define PIPE_FD 3

/* The process that writes. */
struct writing {
	struct tapeproc_file file;
	struct strbuf	 line, head, out;
	struct zstd	*zstd;		/* NULL: as it is */
	int		 fd;
	unsigned	 number;	/* of the file; 0: the first */
	uint64_t	 bytes, begin_ns;
	bool		 any;		/* a sample is in the file */
};

static void end_with(int status) __attribute__((noreturn));

static void
end_with(int status)
{
	_exit(status > 0 && status < TAPEPROC_NO_SEEK ? status : status == 0 ?
	    0 : EIO);
}

char *
tapeproc_path(const struct tapeproc_file *file, unsigned number)
{
	return number == 0 ? xstrdup(file->path) :
	    xasprintf("%s.%u", file->path, number);
}

static void
open_file(struct writing *w)
{
	char *path = tapeproc_path(&w->file, w->number);

	if (strcmp(w->file.path, "-") == 0)
		w->fd = STDOUT_FILENO;
	else
		w->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0666);
	if (w->fd < 0)
		end_with(errno);
	free(path);
	w->bytes = 0;
	w->begin_ns = clock_now_ns();
	w->any = false;
}

/* To the file; with zstd a frame may end. */
static void
put(struct writing *w, const char *data, size_t len, bool end)
{
	int rc;

	strbuf_reset(&w->out);
	if (w->zstd == NULL)
		strbuf_add(&w->out, data, len);
	else if (zstd_put(w->zstd, &w->out, data, len, end) != 0)
		end_with(EIO);
	rc = output_all(w->fd, w->out.s, w->out.len);
	if (rc != 0)
		end_with(-rc);
	w->bytes += w->out.len;
}

/* Is the file as large, or as long, as it may be? */
static bool
is_full(const struct writing *w)
{
	return w->any && w->fd != STDOUT_FILENO &&
	    ((w->file.max_bytes != 0 && w->bytes >= w->file.max_bytes) ||
	    (w->file.max_ns != 0 &&
	    clock_now_ns() - w->begin_ns >= w->file.max_ns));
}

/* A frame of its own begins with each key sample, and with each file. */
static void
put_line(struct writing *w)
{
	bool key = strncmp(w->line.s, TAPE_KEY, sizeof TAPE_KEY - 1) == 0;

	if (w->head.len == 0)
		strbuf_add(&w->head, w->line.s, w->line.len);
	if (key && w->zstd != NULL)
		put(w, "", 0, true);
	if (key && is_full(w)) {
		if (close(w->fd) != 0)
			end_with(errno);
		w->number++;
		open_file(w);
		put(w, w->head.s, w->head.len, false);
	}
	w->any |= key;
	put(w, w->line.s, w->line.len, false);
	strbuf_reset(&w->line);
}

static void write_on(const struct tapeproc_file *) __attribute__((noreturn));

static void
write_on(const struct tapeproc_file *file)
{
	size_t len = strlen(file->path);
	struct writing w = { .file = *file };
	char piece[PIECE];
	ssize_t n;

	strbuf_init(&w.line);
	strbuf_init(&w.head);
	strbuf_init(&w.out);
	if (len > 4 && strcmp(file->path + len - 4, ".zst") == 0 &&
	    (w.zstd = zstd_open(true)) == NULL)
		_exit(TAPEPROC_NO_ZSTD);
	open_file(&w);
	while ((n = read(PIPE_FD, piece, sizeof piece)) > 0)
		for (ssize_t i = 0; i < n; i++) {
			strbuf_addc(&w.line, piece[i]);
			if (piece[i] == '\n')
				put_line(&w);
		}
	if (w.zstd != NULL)
		put(&w, "", 0, true);
	end_with(w.fd != STDOUT_FILENO && close(w.fd) != 0 ? errno : 0);
}

/* The process that reads. */
struct reading {
	const struct tapeproc_what *what;
	struct zstd	*zstd;		/* NULL: as it is */
	struct strbuf	 out;		/* what comes out of a piece, and the
					   rest of a line before it */
};

static void
give(const char *text, size_t len)
{
	int rc = output_all(PIPE_FD, text, len);

	if (rc != 0)
		end_with(-rc);
}

/* Of whole lines those of events; the rest stays. */
static void
give_events(struct strbuf *out)
{
	const char *line = out->s, *end = out->s + out->len, *newline;
	struct strbuf rest = STRBUF_INIT;

	while ((newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
		if (strncmp(line, TAPE_EVENT_LINE,
		    sizeof TAPE_EVENT_LINE - 1) == 0)
			give(line, (size_t)(newline - line) + 1);
		line = newline + 1;
	}
	if (end - line >= (ptrdiff_t)TAPE_LINE_MAX)
		end_with(0);
	strbuf_add(&rest, line, (size_t)(end - line));
	strbuf_done(out);
	*out = rest;
}

static void
give_piece(struct reading *r, const char *piece, size_t len)
{
	if (r->zstd == NULL)
		strbuf_add(&r->out, piece, len);
	else if (zstd_put(r->zstd, &r->out, piece, len, false) != 0)
		_exit(TAPEPROC_BAD_ZSTD);
	if (r->what->lines == TAPEPROC_EVENTS) {
		give_events(&r->out);
		return;
	}
	give(r->out.s, r->out.len);
	strbuf_reset(&r->out);
}

/* Goes where it is read from. A pipe is never opened twice, nor waited for. */
static void
seek_it(int fd, const struct tapeproc_what *what)
{
	struct strbuf begin = STRBUF_INIT;

	if (tapeseek(fd, what->lines == TAPEPROC_FROM ? what->from_ns : 0,
	    &begin) != 0)
		_exit(TAPEPROC_NO_SEEK);
	give(begin.s, begin.len);
	strbuf_done(&begin);
	if (what->lines == TAPEPROC_EVENTS && lseek(fd, 0, SEEK_SET) != 0)
		end_with(errno);
}

static int
open_it(const struct tapeproc_what *what)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
	int fd = strcmp(what->path, "-") == 0 ? STDIN_FILENO :
	    open(what->path, what->lines == TAPEPROC_ALL ? flags :
	    flags | O_NONBLOCK);

	if (fd < 0)
		end_with(errno);
	if (what->lines != TAPEPROC_ALL)
		seek_it(fd, what);
	return fd;
}

static void read_on(const struct tapeproc_what *) __attribute__((noreturn));

static void
read_on(const struct tapeproc_what *what)
{
	struct reading r = { .what = what, .out = STRBUF_INIT };
	int fd = open_it(what);
	char piece[PIECE];
	bool first = true;
	ssize_t n;

	while ((n = read(fd, piece, sizeof piece)) > 0) {
		if (first && zstd_begins(piece, (size_t)n) &&
		    (r.zstd = zstd_open(false)) == NULL)
			_exit(TAPEPROC_NO_ZSTD);
		first = false;
		for (ssize_t at = 0, len; at < n; at += len) {
			/* Little by little: what comes out of it may be much
			 * more. */
			len = r.zstd == NULL || n - at < 512 ? n - at : 512;
			give_piece(&r, piece + at, (size_t)len);
		}
	}
	end_with(n < 0 ? errno : 0);
}

/* Nothing of ours but the standard streams and the pipe; it ends with that. */
static void
be_alone(int fd)
{
	static const int ignored[] = { SIGINT, SIGTSTP, SIGQUIT, SIGHUP,
		SIGTERM, SIGPIPE, SIGWINCH, SIGXFSZ };
	sigset_t none;

	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(fd, PIPE_FD) < 0)
		end_with(errno);
	if (close_range(PIPE_FD + 1, ~0u, 0) != 0)
		for (fd = PIPE_FD + 1; fd < FDS_MAX; fd++)
			close(fd);
}

/* ours, theirs: ends of a pipe; file is written, or what is read. What runs in the process does not return. */
static int
start(struct tapeproc *p, int ours, int theirs,
    const struct tapeproc_file *file, const struct tapeproc_what *what)
{
	p->pid = fork();
	if (p->pid == 0) {
		be_alone(theirs);
		if (what != NULL)
			read_on(what);
		write_on(file);
	}
	close(theirs);
	if (p->pid < 0) {
		p->pid = 0;
		close(ours);
		return -errno;
	}
	p->fd = ours;
	return fcntl(ours, F_SETFL, O_NONBLOCK) == 0 ? 0 : -errno;
}

int
tapeproc_write(struct tapeproc *p, const struct tapeproc_file *file)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return -errno;
	return start(p, fds[1], fds[0], file, NULL);
}

int
tapeproc_read(struct tapeproc *p, const struct tapeproc_what *what)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return -errno;
	return start(p, fds[0], fds[1], NULL, what);
}

int
tapeproc_ended(struct tapeproc *p)
{
	int status;

	if (p->pid == 0)
		return TAPEPROC_DONE;
	if (waitpid(p->pid, &status, WNOHANG) == 0)
		return TAPEPROC_RUNS;
	p->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : TAPEPROC_DIED;
}

int
tapeproc_end(struct tapeproc *p, uint64_t wait_ns)
{
	uint64_t waited_ns = 0;
	int status;

	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	while ((status = tapeproc_ended(p)) == TAPEPROC_RUNS &&
	    waited_ns < wait_ns) {
		poll(NULL, 0, 1);
		waited_ns += NS_PER_MS;
	}
	return status;
}

void
tapeproc_why(int status, const char *verb, const char *path,
    struct strbuf *why)
{
	strbuf_addf(why, "can't %s ", verb);
	text_safe(why, strcmp(path, "-") != 0 ? path :
	    strcmp(verb, "read") == 0 ? "standard input" : "standard output");
	strbuf_addf(why, ": %s", status == TAPEPROC_NO_ZSTD ?
	    "there is no libzstd here" : status == TAPEPROC_BAD_ZSTD ?
	    "no zstd, cut off, or with too large a window" :
	    status == TAPEPROC_DIED ? "its process died" :
	    status == TAPEPROC_NO_SEEK ? "not a file of a recording" :
	    status == EEXIST ? "it is there already" : strerror(status));
}
