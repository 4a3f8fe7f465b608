#include "config.h"

#include "fds.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "pagetide/act.h"
#include "pagetide/ui.h"
#include "pagetide/xalloc.h"

enum { FDS = ACT_FDS + UI_FDS };

struct fds {
	struct event_base *base;
	struct event	*event[FDS];
	struct act	*act;
	struct ui	*ui;
};

static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct fds *f = arg;

	(void)what;
	if (!ui_ready(f->ui, fd))
		act_ready(f->act, fd);
}

struct fds *
fds_new(struct event_base *base)
{
	struct fds *f = xcalloc(1, sizeof *f);
	int i;

	f->base = base;
	for (i = 0; i < FDS; i++) {
		f->event[i] = event_new(base, -1, 0, on_ready, f);
		if (f->event[i] == NULL)
			fatal("no event loop: %s", strerror(errno));
	}
	return f;
}

void
fds_free(struct fds *f)
{
	int i;

	if (f == NULL)
		return;
	for (i = 0; i < FDS; i++)
		event_free(f->event[i]);
	free(f);
}

static void
watch(struct fds *f, struct event *ev, const struct pollfd *p)
{
	event_assign(ev, f->base, p->fd, (p->events & POLLOUT) != 0 ?
	    EV_WRITE : EV_READ, on_ready, f);
	if (event_add(ev, NULL) != 0)
		fatal("cannot wait for events: %s", strerror(errno));
}

void
fds_turn(struct fds *f, struct act *act, struct ui *ui)
{
	struct pollfd fds[FDS] = { { 0 } };
	int i, n = act_fds(act, fds);

	n += ui_fds(ui, fds + n);
	f->act = act;
	f->ui = ui;
	for (i = 0; i < n; i++)
		watch(f, f->event[i], &fds[i]);
	if (event_base_loop(f->base, EVLOOP_ONCE) != 0)
		fatal("the event loop failed");
	for (i = 0; i < n; i++)
		event_del(f->event[i]);
}
