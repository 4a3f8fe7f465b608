#include "config.h"

#include "pagetide/whowatch.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pagetide/aside.h"
#include "pagetide/order.h"
#include "pagetide/said.h"
#include "pagetide/sample.h"
#include "pagetide/sharers.h"
#include "pagetide/strbuf.h"
#include "pagetide/watch.h"
#include "pagetide/xalloc.h"

#include <stdlib.h>

#include "whoproc.h"

struct whowatch {
	struct watch	*watch;
	struct said	*said;
	struct aside	 helper;	/* that looks */
	pid_t		 of;		/* the process by whose mapping the
					   file is known ... */
	uint64_t	 addr;		/* ... there */
	struct sharers_look look;
	struct sharers	 now, next;
};

struct whowatch *
whowatch_new(struct watch *watch, struct said *said)
{
	struct whowatch *ww = xcalloc(1, sizeof *ww);

	ww->watch = watch;
	ww->said = said;
	aside_init(&ww->helper);
	return ww;
}

void
whowatch_free(struct whowatch *ww)
{
	if (ww != NULL)
		aside_end(&ww->helper);
	free(ww);
}

const struct sharers *
whowatch_now(const struct whowatch *ww)
{
	return ww != NULL ? &ww->now : NULL;
}

static int
start(struct whowatch *ww)
{
	ww->look = (struct sharers_look){ 0 };
	return aside_start(&ww->helper, &(struct aside_what){
	    .option = WHO_OPTION, .by = ASIDE_TALKS, .n = 4, .number = {
	    (uint64_t)getpid(), (uint64_t)ww->of, ww->addr,
	    ww->watch->live.target.pages } });
}

/* A process that has it mapped, and where; 0: there is none. */
static pid_t
mapped_by(const struct whowatch *ww, uint64_t *addr)
{
	const struct worker_facts *w = &ww->watch->live.worker;

	*addr = w->map_addr;
	if (w->map_addr == 0 || w->map_pages == 0 || w->process_gone ||
	    (w->map_flags & MAP_SPEC_ANON) != 0)
		return 0;
	return w->process != 0 ? w->process : w->pid;
}

int
whowatch_set(struct whowatch *ww, bool on, struct strbuf *why)
{
	int err;

	aside_end(&ww->helper);
	ww->now = (struct sharers){ 0 };
	ww->said->dirty = true;
	if (!on)
		return 0;
	ww->of = mapped_by(ww, &ww->addr);
	if (ww->of == 0) {
		strbuf_adds(why, "who: no file is mapped here whose pages "
		    "others could have, too");
		return -EOPNOTSUPP;
	}
	err = start(ww);
	ww->now.on = err == 0;
	if (err != 0)
		strbuf_addf(why, "who: no process to look: %s",
		    strerror(-err));
	return err;
}

void
whowatch_look(struct whowatch *ww, const struct sharers_look *look)
{
	if (ww->helper.fd < 0 || memcmp(look, &ww->look, sizeof *look) == 0)
		return;
	if (send(ww->helper.fd, look, sizeof *look, MSG_DONTWAIT |
	    MSG_NOSIGNAL) == sizeof *look)
		ww->look = *look;
}

int
whowatch_fds(const struct whowatch *ww, struct pollfd *fds)
{
	if (ww->helper.fd < 0)
		return 0;
	fds[0] = (struct pollfd){ ww->helper.fd, POLLIN, 0 };
	return 1;
}

bool
whowatch_ready(struct whowatch *ww, int fd)
{
	struct sharers *found = &ww->next;
	ssize_t n;

	if (fd != ww->helper.fd || fd < 0)
		return false;
	n = recv(fd, found, sizeof *found, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	ww->said->dirty = true;
	if (n == sizeof *found && found->n <= SHARERS_MAX)
		ww->now = *found;
	else
		aside_end(&ww->helper);
	if (n != sizeof *found)
		ww->now = (struct sharers){ .on = true, .err = ECHILD };
	return true;
}

void
whowatch_sample(struct whowatch *ww)
{
	uint64_t addr;
	pid_t of = mapped_by(ww, &addr);

	if (!ww->now.on || of == 0 || (of == ww->of && addr == ww->addr))
		return;
	aside_end(&ww->helper);
	ww->of = of;
	ww->addr = addr;
	ww->now = (struct sharers){ .on = true };
	if (start(ww) != 0)
		ww->now.err = ECHILD;
}
