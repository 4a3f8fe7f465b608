#include "config.h"

#include "pagetide/tapefile.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/strbuf.h"
#include "pagetide/tape.h"
#include "pagetide/tapeproc.h"
#include "pagetide/text.h"
#include "pagetide/xalloc.h"

#define PIECE 65536
#define END_NS (NS_PER_S / 10)

struct tapefile {
	const char	*path;
	struct tapeproc	 proc;
	struct tape_reader *reader;
	struct strbuf	 in;		/* read ... */
	size_t		 at;		/* ... and taken up to here */
	uint64_t	 offset;	/* of the next line */
	bool		 ended;		/* there is no more */
	struct strbuf	 wrong;		/* why; "": all is well */
};

struct tapefile *
tapefile_open_part(const struct tapeproc_what *what, struct strbuf *why)
{
	struct tapefile *f = xcalloc(1, sizeof *f);
	int rc;

	f->path = what->path;
	f->reader = tape_reader_new();
	strbuf_init(&f->in);
	strbuf_init(&f->wrong);
	rc = tapeproc_read(&f->proc, what);
	if (rc == 0)
		return f;
	tapeproc_why(-rc, "read", what->path, why);
	tapefile_close(f);
	return NULL;
}

struct tapefile *
tapefile_open(const char *path, struct strbuf *why)
{
	const struct tapeproc_what all = { .path = path };

	return tapefile_open_part(&all, why);
}

void
tapefile_close(struct tapefile *f)
{
	if (f == NULL)
		return;
	tapeproc_end(&f->proc, END_NS);
	tape_reader_free(f->reader);
	strbuf_done(&f->in);
	strbuf_done(&f->wrong);
	free(f);
}

const struct tape_reader *
tapefile_reader(const struct tapefile *f)
{
	return f->reader;
}

const char *
tapefile_wrong(const struct tapefile *f)
{
	return f->wrong.len > 0 ? f->wrong.s : NULL;
}

/* At which byte of its text, as it is without zstd. */
static void
say_where(const struct tapefile *f, struct strbuf *out, uint64_t offset,
    const char *what)
{
	text_safe(out, strcmp(f->path, "-") != 0 ? f->path :
	    "standard input");
	strbuf_addf(out, ": at byte %" PRIu64 ": %s", offset, what);
}

void
tapefile_say_none(const struct tapefile *f, struct strbuf *why)
{
	if (f->wrong.len > 0)
		strbuf_adds(why, f->wrong.s);
	else
		say_where(f, why, f->offset + f->in.len - f->at,
		    "the recording ends before its first sample");
}

static int
take_line(struct tapefile *f, const char *line, size_t len)
{
	struct strbuf why = STRBUF_INIT;
	int rc = tape_take(f->reader, line, len, &why);

	if (rc < 0) {
		say_where(f, &f->wrong, f->offset, why.s);
		f->ended = true;
		rc = TAPEFILE_END;
	}
	strbuf_done(&why);
	return rc;
}

/* A whole line that is there already. */
static int
take_waiting(struct tapefile *f)
{
	const char *from = f->in.s + f->at, *newline;
	size_t len, left = f->in.len - f->at;
	int rc;

	newline = left > 0 ? memchr(from, '\n', left) : NULL;
	if (newline == NULL && left < TAPE_LINE_MAX)
		return TAPEFILE_WAIT;
	len = newline != NULL ? (size_t)(newline - from) : left;
	rc = take_line(f, from, len);
	f->at += newline != NULL ? len + 1 : len;
	f->offset += len + 1;
	return rc;
}

/* What is read stands at the beginning again. */
static void
make_room(struct tapefile *f)
{
	struct strbuf rest = STRBUF_INIT;

	if (f->at == 0)
		return;
	strbuf_add(&rest, f->in.s + f->at, f->in.len - f->at);
	strbuf_done(&f->in);
	f->in = rest;
	f->at = 0;
}

/* Who reads for us has ended: the rest of a line is one that was cut. */
static void
take_end(struct tapefile *f)
{
	int status = tapeproc_end(&f->proc, NS_PER_S);

	if (status == TAPEPROC_BAD_ZSTD)
		say_where(f, &f->wrong, f->offset + f->in.len - f->at,
		    "no zstd, or one with too large a window");
	else if (status > 0)
		tapeproc_why(status, "read", f->path, &f->wrong);
	f->ended = true;
}

/* More of it; false: there is none now, or never. */
static bool
read_more(struct tapefile *f)
{
	char piece[PIECE];
	ssize_t n;

	make_room(f);
	n = read(f->proc.fd, piece, sizeof piece);
	if (n > 0)
		strbuf_add(&f->in, piece, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		take_end(f);
	return n > 0;
}

int
tapefile_take(struct tapefile *f)
{
	int rc = TAPEFILE_WAIT;

	while (!f->ended && (rc = take_waiting(f)) == TAPEFILE_WAIT &&
	    read_more(f))
		;
	return f->ended ? TAPEFILE_END : rc;
}

void
tapefile_wait(const struct tapefile *f)
{
	struct pollfd p = { f->proc.fd, POLLIN, 0 };

	if (f->proc.fd >= 0)
		poll(&p, 1, -1);
}

int
tapefile_next(struct tapefile *f)
{
	int rc;

	while ((rc = tapefile_take(f)) == TAPEFILE_WAIT)
		tapefile_wait(f);
	return rc;
}
