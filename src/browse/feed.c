#include "config.h"

#include "feed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "pagetide/browse.h"
#include "pagetide/xalloc.h"

/* Read at a time: a millisecond, between keys. */
#define TAKE_BYTES (1u << 16)
#define TAKE_TIMES 16
#define PIPE_BYTES (1 << 20)

void
feed_init(struct feed *f)
{
	*f = (struct feed){ 0 };
	aside_init(&f->aside);
	strbuf_init(&f->in);
}

void
feed_end(struct feed *f)
{
	aside_end(&f->aside);
	strbuf_done(&f->in);
	feed_init(f);
}

int
feed_start(struct feed *f, enum browse_kind kind, pid_t pid,
    uint64_t start_ticks, const char *name)
{
	const struct aside_what what = { .option = BROWSE_OPTION,
		.by = ASIDE_ANSWERS, .n = 4, .number = { (uint64_t)getpid(),
		(uint64_t)kind, (uint64_t)pid, start_ticks },
		.text = name != NULL ? name : "" };
	int rc;

	feed_end(f);
	rc = aside_start(&f->aside, &what);
	/* Larger, a picture comes with fewer turns; as it is, it comes. */
	if (rc == 0)
		(void)fcntl(f->aside.fd, F_SETPIPE_SZ, PIPE_BYTES);
	return rc;
}

bool
feed_read(struct feed *f)
{
	char buf[TAKE_BYTES];
	ssize_t n = 1;
	int i;

	for (i = 0; i < TAKE_TIMES && n > 0; i++) {
		n = read(f->aside.fd, buf, sizeof buf);
		if (n > 0)
			strbuf_add(&f->in, buf, (size_t)n);
	}
	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return true;
	aside_end(&f->aside);
	return false;
}

const struct wire_head *
feed_next(struct feed *f)
{
	size_t bytes;

	memmove(f->in.s, f->in.s + f->taken, f->in.len - f->taken);
	f->in.len -= f->taken;
	f->taken = 0;
	if (!wire_is_whole(f->in.s, f->in.len, &f->head, &bytes))
		return NULL;
	f->taken = bytes;
	return &f->head;
}

const char *
feed_records(const struct feed *f)
{
	return f->in.s + sizeof f->head;
}
