#include "config.h"

#include "printer.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "pagetide/exits.h"
#include "pagetide/strbuf.h"
#include "pagetide/xalloc.h"

#include "app.h"

struct printer {
	struct event	*writable;
	struct strbuf	 text;
	size_t		 done;		/* bytes of it that are written */
	struct app	*app;
	struct strbuf	*why;		/* of who runs the loop */
};

/* A pipe that is ready takes as much at once; a file is always ready. */
static bool
is_ready(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&p, 1, 0) != 0;
}

/* A piece of what waits. 0, or -errno: -EAGAIN when it is not taken now. */
static int
write_some(struct printer *p)
{
	size_t n = p->text.len - p->done;
	ssize_t took;

	if (!is_ready())
		return -EAGAIN;
	took = write(STDOUT_FILENO, p->text.s + p->done,
	    n < PIPE_BUF ? n : PIPE_BUF);
	if (took < 0)
		return errno == EINTR ? 0 : -errno;
	p->done += (size_t)took;
	return took == 0 ? -EIO : 0;
}

static void
forget(struct printer *p)
{
	strbuf_reset(&p->text);
	p->done = 0;
}

static void
fail(struct printer *p, int err)
{
	strbuf_addf(p->why, "can't write standard output: %s",
	    strerror(-err));
	p->app->ui.quit = true;
	p->app->exit_status = EXIT_FAIL;
}

static void
flush(struct printer *p)
{
	int rc = 0;

	while (rc == 0 && printer_busy(p))
		rc = write_some(p);
	if (rc == -EAGAIN && event_add(p->writable, NULL) == 0)
		return;
	forget(p);
	if (rc != 0)
		fail(p, rc);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	flush(arg);
}

struct printer *
printer_new(struct event_base *base, struct app *app, struct strbuf *why)
{
	struct printer *p = xcalloc(1, sizeof *p);

	p->app = app;
	p->why = why;
	strbuf_init(&p->text);
	p->writable = event_new(base, STDOUT_FILENO, EV_WRITE, on_writable, p);
	return p;
}

void
printer_free(struct printer *p)
{
	if (p == NULL)
		return;
	event_free(p->writable);
	strbuf_done(&p->text);
	free(p);
}

void
printer_put(struct printer *p, char *text)
{
	strbuf_adds(&p->text, text);
	free(text);
	flush(p);
}

bool
printer_busy(const struct printer *p)
{
	return p->done < p->text.len;
}
