/* That process: what is mapped at an instruction, and its symbol. */
#include "config.h"

#include "siteproc.h"
#include "sitesym.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "pagetide/clock.h"
#include "pagetide/maps.h"
#include "pagetide/processes.h"
#include "pagetide/sites.h"
#include "pagetide/strbuf.h"
#include "pagetide/text.h"

/* What was read of maps counts for that long. */
#define KEEP_NS	NS_PER_S

struct reader {
	pid_t		of;
	struct vmas	all;
	uint64_t	read_ns;	/* 0: never */
};

/* All that it has mapped, anew if that is old. */
static void
refresh(struct reader *r)
{
	int dir;

	if (r->read_ns != 0 && clock_now_ns() - r->read_ns < KEEP_NS)
		return;
	maps_free(&r->all);
	r->all = (struct vmas){ 0 };
	dir = processes_open(r->of);
	if (dir >= 0) {
		if (maps_read(dir, false, &r->all) != 0)
			r->all = (struct vmas){ 0 };
		close(dir);
	}
	r->read_ns = clock_now_ns();
}

static const struct vma *
find(const struct vmas *all, uint64_t ip)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (ip >= all->vma[i].start && ip < all->vma[i].end)
			return &all->vma[i];
	return NULL;
}

/* "libc.so.6+0x1234" */
static void
describe(const struct reader *r, struct site_answer *a)
{
	const struct vma *v = find(&r->all, a->ip);
	struct strbuf safe = STRBUF_INIT;
	const char *base;

	if (v == NULL) {
		snprintf(a->place, sizeof a->place, "?");
		return;
	}
	base = strrchr(v->name, '/');
	text_safe(&safe, v->name[0] == '\0' ? "anon" : base != NULL ?
	    base + 1 : v->name);
	snprintf(a->place, sizeof a->place, "%.40s+0x%" PRIx64, safe.s,
	    a->ip - v->start + v->offset);
	strbuf_done(&safe);
	sitesym_name(r->of, v, a->ip, a->symbol, sizeof a->symbol);
}

int
sites_main(int argc, char **argv)
{
	struct reader r = { 0 };
	struct site_answer a;

	if (argc != 4)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != (pid_t)atoi(argv[2]))
		return 1;
	r.of = (pid_t)atoi(argv[3]);
	memset(&a, 0, sizeof a);
	while (read(STDIN_FILENO, &a.ip, sizeof a.ip) == sizeof a.ip) {
		refresh(&r);
		a.symbol[0] = '\0';
		describe(&r, &a);
		if (write(STDOUT_FILENO, &a, sizeof a) != sizeof a)
			break;
	}
	maps_free(&r.all);
	return 0;
}
